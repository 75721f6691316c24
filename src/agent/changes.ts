import { assertNever, type UserMessage } from '../messages.ts';
import { TurnCancelled } from './abort.ts';
import type { AgentParts } from './agent-parts.ts';
import { compact } from './compaction/compaction.ts';
import { publishEstimate } from './model-call/record-usage.ts';

/** What a person may want of the session, beside a turn. */
export type Change = Extract<
  UserMessage,
  { type: 'switch_model' | 'set_reasoning_effort' | 'update_tools' | 'compact' | 'clear_context' | 'restore_context' }
>;

/** What is wanted of the session: by a running turn at its next safe point, otherwise in the order it was sent. */
export class Changes {
  readonly #parts: AgentParts;
  /** What comes after any running turn. A compaction that was called off only says so when it is due. */
  readonly #queue: { readonly change: Change; isCalledOff: boolean }[] = [];
  #restores = 0;
  #compaction: { readonly hint: string | undefined } | undefined;
  #isCompacting = false;
  /** A clear has made the last measure void, and nobody was told. */
  #isUnmeasured = false;

  constructor(parts: AgentParts) {
    this.#parts = parts;
  }

  /** Takes a change for the next safe point of the running turn. */
  note(change: Exclude<Change, { readonly type: 'clear_context' }>): void {
    const { settings } = this.#parts;
    switch (change.type) {
      case 'switch_model':
        settings.wantModel(change.model);
        return;
      case 'set_reasoning_effort':
        settings.wantEffort(change.effort);
        return;
      case 'update_tools':
        settings.wantTools(change.tools);
        return;
      case 'compact':
        this.#compaction = { hint: change.hint };
        return;
      case 'restore_context':
        this.#restores++;
        return;
      default:
        assertNever(change);
    }
  }

  /** Takes a change for the time when no turn runs. */
  queue(change: Change): void {
    this.#queue.push({ change, isCalledOff: false });
  }

  get isDue(): boolean {
    const isNoted = this.#restores > 0 || this.#compaction !== undefined;
    return isNoted || this.#queue.length > 0 || this.#parts.settings.isWanted;
  }

  /** Whether a compaction is running outside a turn. */
  get isCompacting(): boolean {
    return this.#isCompacting;
  }

  /** Gives up the compactions that are still to come. `isSaid`: of one that the running turn was to do it is said. */
  callOffCompactions(isSaid: boolean): void {
    if (this.#compaction !== undefined && isSaid) {
      const message = 'The context is not compacted: that was cancelled too.';
      this.#parts.journal.publish({ type: 'system_warning', message });
    }
    this.#compaction = undefined;
    for (const entry of this.#queue) if (entry.change.type === 'compact') entry.isCalledOff = true;
  }

  /** Gives up the switches that are still to come, and says so. */
  callOffSwitches(): void {
    const others = this.#queue.filter(({ change }) => change.type !== 'switch_model');
    this.#parts.settings.forgetModel(others.length < this.#queue.length);
    this.#queue.splice(0, this.#queue.length, ...others);
  }

  /** The noted compaction, if any; given once. */
  takeCompaction(): { readonly hint: string | undefined } | undefined {
    const compaction = this.#compaction;
    this.#compaction = undefined;
    return compaction;
  }

  /** Does what waits for a safe point: changed settings, then restores. Rejects only when aborted. */
  async apply(signal: AbortSignal): Promise<void> {
    const isSwitched = await this.#parts.settings.apply(signal);
    signal.throwIfAborted();
    const isRestored = this.#restore();
    if (isSwitched || isRestored) {
      this.#isUnmeasured = false;
      await publishEstimate(this.#parts, signal);
    }
    signal.throwIfAborted();
  }

  /** Does everything that is due, one after the other. What an abort leaves is done by the next call. */
  async work(signal: AbortSignal): Promise<void> {
    // The clear that ended a turn does not wait for a model that the turn was still looking for.
    for (; this.#queue[0]?.change.type === 'clear_context'; this.#queue.shift()) this.#clear();
    await this.apply(signal);
    const noted = this.takeCompaction();
    if (noted !== undefined) await this.#compact(noted.hint, signal);
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      const { change, isCalledOff } = next;
      if (change.type === 'clear_context') this.#clear();
      else if (change.type !== 'compact') await this.#change(change, signal);
      else if (isCalledOff) await this.#compact(change.hint, CALLED_OFF).catch(() => {});
      else await this.#compact(change.hint, signal);
      signal.throwIfAborted();
    }
    if (this.#isUnmeasured) await publishEstimate(this.#parts, signal);
    this.#isUnmeasured = false;
  }

  async #change(change: Exclude<Change, { readonly type: 'clear_context' }>, signal: AbortSignal): Promise<void> {
    this.note(change);
    await this.apply(signal);
  }

  async #compact(hint: string | undefined, signal: AbortSignal): Promise<void> {
    this.#isCompacting = true;
    try {
      // The window of the model decides what is kept.
      await this.#parts.settings.model(signal).catch(() => undefined);
      await compact(this.#parts, { trigger: 'manual', hint, signal });
    } finally {
      this.#isCompacting = false;
    }
  }

  #clear(): void {
    const { journal } = this.#parts;
    this.#restore();
    journal.publish({ type: 'context_cleared', messages_removed: journal.state.conversation.messages.length });
    this.#isUnmeasured = true;
  }

  /** Does the restores that are noted; says whether there were any. */
  #restore(): boolean {
    const { journal } = this.#parts;
    const count = this.#restores;
    for (; this.#restores > 0; this.#restores--) {
      const { cleared } = journal.state.conversation;
      if (cleared === undefined)
        journal.publish({ type: 'system_warning', message: 'There is no cleared conversation to restore.' });
      else journal.publish({ type: 'context_restored', messages_restored: cleared.length });
    }
    return count > 0;
  }
}

const CALLED_OFF = AbortSignal.abort(new TurnCancelled('cancelled'));
