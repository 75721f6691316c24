import { errorLine } from '../../errors.ts';
import { clipLine } from '../../format.ts';
import type { ToolResultMeta } from '../../messages.ts';
import {
  type AccessGrant,
  type Tool,
  type ToolAccess,
  type ToolContext,
  ToolFailure,
  type ToolRunContext,
} from '../../tools/tool.ts';
import { untilAborted } from '../abort.ts';
import type { AgentParts } from '../agent-parts.ts';
import type { ToolCall } from '../model-call/read-reply.ts';
import type { CommandGate } from './command-gate.ts';
import type { Permits } from './permits.ts';
import { publishEnd, publishError } from './publish-tool-end.ts';
import { runTool } from './run-tool.ts';

/** A call whose arguments are checked and whose tool exists. */
export interface ReadyCall extends ToolCall {
  readonly tool: Tool;
  readonly arguments: string;
  readonly input: { readonly value: unknown; readonly canonical: string };
}

interface CallOptions {
  readonly permits: Permits;
  readonly gate: CommandGate;
  /** Resolves when the earlier calls that touch the same files have ended. */
  readonly conflictsEnded: Promise<unknown>;
  /** Resolves when each earlier call has asked the person, or never will. */
  readonly mayAsk: Promise<unknown>;
  /** To be called when this call has asked, or never will. */
  readonly endAsking: () => void;
  readonly signal: AbortSignal;
}

const NOT_STARTED = '[cancelled by the person before it started]';
const UNSTEADY = 'What the call touches changed again and again while it waited. It was not run.';

/** How often a call is judged anew because what it touches changed while it waited. */
const MOST_CHANGES = 3;

/**
 * Brings one ready call to its end: asks the permissions and, if need be, the person, waits for a permit, runs the tool
 * and publishes exactly one result or error. Never rejects. Gives the text that the model is told.
 */
export async function runToolCall(parts: AgentParts, call: ReadyCall, options: CallOptions): Promise<string> {
  try {
    await untilAborted(options.conflictsEnded, options.signal);
    for (let changes = 0; changes <= MOST_CHANGES; changes += 1) {
      const allowed = await untilAborted(allow(parts, call, options), options.signal);
      options.endAsking();
      if (!allowed.isAllowed) return publishRefusal(parts, call, allowed);
      const text = await runWithPermit(parts, { call, ...allowed }, options);
      if (text !== undefined) return text;
    }
    return publishError(parts, call, { kind: 'failed', error: UNSTEADY });
  } catch (error) {
    const end = options.signal.aborted ? { kind: 'cancelled' as const, error: NOT_STARTED } : notRun(error);
    return publishError(parts, call, end);
  } finally {
    options.endAsking();
  }
}

/** What stood in the way before the tool ran: often the tool itself, which looked at its arguments. */
function notRun(error: unknown): { kind: 'failed'; error: string; meta?: ToolResultMeta } {
  if (!(error instanceof ToolFailure))
    return { kind: 'failed', error: `The call could not be run: ${errorLine(error)}` };
  return { kind: 'failed', error: error.message, ...(error.meta === undefined ? {} : { meta: error.meta }) };
}

interface Allowed {
  readonly isAllowed: true;
  readonly grant: AccessGrant;
  readonly access: ToolAccess;
  /** A person said yes to it. */
  readonly isApproved: boolean;
}

/** `summary` tells the person why; absent where they said no themselves. */
interface Refused {
  readonly isAllowed: false;
  readonly kind: 'denied' | 'failed';
  readonly reason: string;
  readonly summary?: string;
}

type Allowance = Allowed | Refused;

/** Asks in the order of the calls; meanwhile the answers to earlier questions may have changed the rules. */
async function allow(parts: AgentParts, call: ReadyCall, options: CallOptions): Promise<Allowance> {
  const { permissions, cwd } = parts.options;
  const { tool } = call;
  const context: ToolContext = { cwd };
  const access = await tool.access(call.input.value, context);
  let verdict = await permissions.judge(access, tool);
  if (verdict.decision === 'ask') {
    await options.mayAsk;
    verdict = await permissions.judge(access, tool);
  }
  if (verdict.decision === 'allow') return { isAllowed: true, grant: verdict.grant, access, isApproved: false };
  if (verdict.decision === 'deny') {
    return { isAllowed: false, kind: 'denied', reason: verdict.reason, summary: firstSentence(verdict.reason) };
  }
  const preview = await tool.preview(call.input.value, context);
  const asking = parts.approvals.ask({ tool_call_id: call.id, tool, access, preview, verdict }, options.signal);
  options.endAsking();
  const answer = await asking;
  if (answer.isAllowed) return { ...answer, access };
  const { reason, why } = answer;
  return { isAllowed: false, kind: 'denied', reason, ...(why === undefined ? {} : { summary: firstSentence(why) }) };
}

function publishRefusal(parts: AgentParts, call: ReadyCall, { kind, reason, summary }: Refused): string {
  const meta = summary === undefined ? {} : { meta: { summary } };
  return publishError(parts, call, { kind, error: reason, ...meta });
}

/** As a fact in a line: the rest is advice for the model. */
function firstSentence(reason: string): string {
  const [sentence = ''] = reason.split(/\.(?:\s|$)/, 1);
  return clipLine(
    sentence.replace(/^(The|It|Nothing)\b/, (word) => word.toLowerCase()),
    200,
  );
}

/**
 * Waits for its place and runs the call; gives undefined when what was allowed is not the same any more: while it waited,
 * another call may have changed what it leads to.
 */
async function runWithPermit(
  parts: AgentParts,
  allowed: Allowed & { readonly call: ReadyCall },
  options: CallOptions,
): Promise<string | undefined> {
  const release = await takePlace(allowed, options);
  try {
    if (!(await untilAborted(isUnchanged(parts, allowed), options.signal))) return undefined;
    return await runNow(parts, allowed, options.signal);
  } finally {
    release();
  }
}

/** What a call that runs no command enters with: it keeps its turn, and nothing keeps it out. */
const NO_COMMAND: AccessGrant = { is_sandboxed: true, is_read_only: true };

async function takePlace({ grant, access }: Allowed, { gate, permits, signal }: CallOptions): Promise<() => void> {
  const leave = await gate.enter(access.kind === 'command' ? grant : NO_COMMAND, signal);
  try {
    const release = await permits.acquire(signal);
    return () => {
      release();
      leave();
    };
  } catch (error) {
    leave();
    throw error;
  }
}

/** Judges again what no person has looked at; what a person allowed must touch the same as then. */
async function isUnchanged(
  { options: { permissions, cwd } }: AgentParts,
  { call, access, grant, isApproved }: Allowed & { readonly call: ReadyCall },
): Promise<boolean> {
  const now = await call.tool.access(call.input.value, { cwd });
  if (JSON.stringify(now) !== JSON.stringify(access)) return false;
  if (isApproved) return true;
  const verdict = await permissions.judge(now, call.tool);
  return verdict.decision === 'allow' && JSON.stringify(verdict.grant) === JSON.stringify(grant);
}

async function runNow(
  parts: AgentParts,
  { call, grant, access }: Allowed & { readonly call: ReadyCall },
  signal: AbortSignal,
): Promise<string> {
  signal.throwIfAborted();
  const { limits } = parts;
  const { clock } = parts.options;
  const started_ms = clock.monotonic();
  const wait_ms = Math.round(started_ms - call.ready_at_ms);
  parts.journal.publish({ type: 'tool_started', tool_call_id: call.id, wait_ms });
  const live = liveContext(parts, call, { grant, signal });
  const cancel_grace_ms = access.kind === 'command' ? limits.process_grace_ms : limits.cancel_grace_ms;
  const { context } = live;
  const end = await runTool(call.tool, call.input.value, { clock, limits, signal, context, cancel_grace_ms });
  live.end();
  const execute_duration_ms = Math.round(clock.monotonic() - started_ms);
  return publishEnd(parts, call, { end, wait_ms, execute_duration_ms });
}

/** What the tool gets; after `end` nothing of it is heard any more. */
function liveContext(
  parts: AgentParts,
  call: ReadyCall,
  { grant, signal }: { grant: AccessGrant; signal: AbortSignal },
): { context: Omit<ToolRunContext, 'signal'>; end(): void } {
  const { journal, limits } = parts;
  const request = { id: call.id, name: call.name, arguments: call.arguments };
  let isOver = false;
  return {
    context: {
      cwd: parts.options.cwd,
      call_id: call.id,
      timeout_ms: limits.tool_timeout_ms,
      grant,
      output: (stream, chunk) => {
        if (isOver || signal.aborted || chunk === '') return Promise.resolve();
        journal.publish({ type: 'tool_output', tool_call_id: call.id, stream, chunk: parts.options.mask(chunk) });
        return journal.room(signal);
      },
      progress: (progress, total, message) => {
        if (isOver || signal.aborted) return;
        const detail = { ...(total === undefined ? {} : { total }), ...(message === undefined ? {} : { message }) };
        journal.publish({ type: 'tool_progress', request, progress, ...detail });
      },
    },
    end: () => {
      isOver = true;
    },
  };
}
