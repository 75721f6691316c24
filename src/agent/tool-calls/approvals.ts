import type { ApprovalDecision, ApprovalOption, ApprovalPreview } from '../../messages.ts';
import type { AccessGrant, AccessVerdict, Permissions, ToolAccess } from '../../tools/tool.ts';
import type { Journal } from '../journal.ts';

/** The note of a denial that no person gave. */
export const NOBODY_THERE = 'Nobody is there to approve it.';

/** A call that waits for a person. */
export interface ApprovalQuestion {
  readonly tool_call_id: string;
  readonly tool: { readonly name: string };
  readonly access: ToolAccess;
  readonly preview: ApprovalPreview;
  readonly verdict: Extract<AccessVerdict, { decision: 'ask' }>;
}

export type ApprovalAnswer =
  | {
      readonly isAllowed: true;
      readonly grant: AccessGrant;
      /** A person said so, not a rule or a mode that has changed meanwhile. */
      readonly isApproved: boolean;
    }
  /** `why` is what stands in the way where no person said no. */
  | { readonly isAllowed: false; readonly reason: string; readonly why?: string };

/** The questions to the person that are open now. Any number may wait, for any time. */
export interface Approvals {
  /** Asks and waits. Rejects with the signal's reason when it is aborted. */
  ask(question: ApprovalQuestion, signal: AbortSignal): Promise<ApprovalAnswer>;
  answer(tool_call_id: string, decision: ApprovalDecision, note: string | undefined): void;
  /** Judges every open question again: the rules or the mode have changed. */
  reconsider(): void;
}

interface Waiting {
  readonly question: ApprovalQuestion;
  resolve(answer: ApprovalAnswer): void;
}

/** Makes the table of open questions. */
export function createApprovals(journal: Journal, permissions: Permissions): Approvals {
  return new OpenQuestions(journal, permissions);
}

class OpenQuestions implements Approvals {
  readonly #journal: Journal;
  readonly #permissions: Permissions;
  readonly #waiting = new Map<string, Waiting>();

  constructor(journal: Journal, permissions: Permissions) {
    this.#journal = journal;
    this.#permissions = permissions;
  }

  ask(question: ApprovalQuestion, signal: AbortSignal): Promise<ApprovalAnswer> {
    const id = question.tool_call_id;
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      const onAbort = (): void => {
        reject(signal.reason);
        this.#resolve(id, { decision: 'deny', by: 'user', note: 'cancelled' });
      };
      signal.addEventListener('abort', onAbort, { once: true });
      const end = (answer: ApprovalAnswer): void => {
        signal.removeEventListener('abort', onAbort);
        resolve(answer);
      };
      this.#waiting.set(id, { question, resolve: end });
      this.#journal.publish({
        type: 'approval_requested',
        tool_call_id: id,
        reason: question.verdict.reason,
        preview: withFacts(question.preview, question.verdict.facts),
        options: optionsFor(question.verdict),
      });
    });
  }

  answer(id: string, decision: ApprovalDecision, note: string | undefined): void {
    const entry = this.#waiting.get(id);
    if (entry === undefined) {
      this.#journal.publish({ type: 'system_warning', message: `Nothing waits for an approval of the call "${id}".` });
      return;
    }
    const { access, tool, verdict } = entry.question;
    const isRemembered = decision === 'always' && verdict.pattern !== undefined;
    if (isRemembered) this.#permissions.remember(access, tool);
    const given = decision === 'always' && !isRemembered ? 'once' : decision;
    this.#resolve(id, { decision: given, by: 'user', ...(note === undefined ? {} : { note }) });
    if (isRemembered) this.reconsider();
  }

  reconsider(): void {
    // What cannot be judged again is still the person's to decide.
    for (const entry of this.#waiting.values()) void this.#judgeAgain(entry).catch(() => {});
  }

  async #judgeAgain({ question: { tool_call_id, access, tool } }: Waiting): Promise<void> {
    const verdict = await this.#permissions.judge(access, tool);
    if (verdict.decision === 'allow')
      this.#resolve(tool_call_id, { decision: 'once', by: verdict.by, grant: verdict.grant });
    if (verdict.decision === 'deny')
      this.#resolve(tool_call_id, { decision: 'deny', by: verdict.by, note: verdict.reason });
  }

  #resolve(id: string, { decision, by, note, grant }: Resolved): void {
    const entry = this.#waiting.get(id);
    if (entry === undefined) return;
    this.#waiting.delete(id);
    this.#journal.publish({
      type: 'approval_resolved',
      tool_call_id: id,
      decision,
      by,
      ...(note === undefined ? {} : { note }),
    });
    if (decision === 'deny') {
      const why = by === 'user' || note === undefined ? {} : { why: note };
      entry.resolve({ isAllowed: false, reason: denial(by, note), ...why });
      return;
    }
    entry.resolve({ isAllowed: true, grant: grant ?? entry.question.verdict.grant, isApproved: by === 'user' });
  }
}

interface Resolved {
  readonly decision: ApprovalDecision;
  readonly by: 'user' | 'rule' | 'mode';
  readonly note?: string;
  readonly grant?: AccessGrant;
}

function denial(by: Resolved['by'], note: string | undefined): string {
  const who =
    by === 'user' && note !== NOBODY_THERE ? 'The person did not allow this call.' : 'This call is not allowed.';
  return note === undefined || note === '' ? who : `${who} ${note}`;
}

function withFacts(preview: ApprovalPreview, facts: readonly string[]): ApprovalPreview {
  const all = [...(preview.facts ?? []), ...facts];
  return all.length === 0 ? preview : { ...preview, facts: all };
}

/** The first one is what Enter gives; where nothing can be undone that is the no. */
function optionsFor({ pattern, is_irreversible }: ApprovalQuestion['verdict']): ApprovalOption[] {
  const always: ApprovalOption[] = pattern === undefined ? [] : [{ decision: 'always', label: `Always: ${pattern}` }];
  const once: ApprovalOption = { decision: 'once', label: 'Once' };
  const deny: ApprovalOption = { decision: 'deny', label: 'No' };
  return is_irreversible === true ? [deny, once, ...always] : [once, ...always, deny];
}
