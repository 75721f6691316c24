import type { AgentLimits } from './limits.ts';
import type { Reply } from './model-call/read-reply.ts';
import type { BatchOutcome } from './tool-calls/tool-batch.ts';

/** Counts what happens in one turn, to notice loops and limits. */
export class TurnTally {
  readonly #limits: AgentLimits;
  #iterations = 0;
  #answer = '';
  #lastBatch = '';
  #identicalBatches = 0;
  #invalidBatches = 0;
  #continues = 0;
  #pauses = 0;
  #compactions = 0;
  #hasCompactionFailed = false;

  constructor(limits: AgentLimits) {
    this.#limits = limits;
  }

  /** Model calls begun. */
  get iterations(): number {
    return this.#iterations;
  }

  /** What was said since the last tools ran. */
  get answer(): string {
    return this.#answer;
  }

  startIteration(): void {
    this.#iterations++;
  }

  said({ text, finish, calls }: Reply): void {
    this.#answer += text;
    if (finish.reason !== 'length') this.#continues = 0;
    if (finish.reason !== 'pause') this.#pauses = 0;
    if (finish.reason === 'tool_calls' && calls.length > 0) this.#answer = '';
  }

  /** A person's word makes a repeated call a new one. */
  personSpoke(): void {
    this.#answer = '';
    this.#continues = 0;
    this.#identicalBatches = 0;
    this.#invalidBatches = 0;
  }

  ranBatch({ fingerprint, isInvalid }: BatchOutcome): void {
    this.#identicalBatches = fingerprint === this.#lastBatch ? this.#identicalBatches + 1 : 1;
    this.#lastBatch = fingerprint;
    this.#invalidBatches = isInvalid ? this.#invalidBatches + 1 : 0;
  }

  /** The loop that the turn is in. */
  get loop(): 'identical' | 'invalid' | undefined {
    if (this.#identicalBatches >= this.#limits.max_identical_batches) return 'identical';
    if (this.#invalidBatches >= this.#limits.max_invalid_batches) return 'invalid';
    return undefined;
  }

  /** The number of the next continuation; absent when there were too many in a row. */
  nextContinue(): number | undefined {
    if (this.#continues >= this.#limits.max_auto_continues) return undefined;
    this.#continues++;
    return this.#continues;
  }

  mayResume(): boolean {
    this.#pauses++;
    return this.#pauses <= this.#limits.max_pauses;
  }

  compacted(outcome: 'completed' | 'failed' | 'nothing'): void {
    if (outcome === 'completed') this.#compactions++;
    if (outcome === 'failed') this.#hasCompactionFailed = true;
  }

  wentOnWithoutCompaction(): void {
    this.#compactions = 0;
  }

  /** After one that failed the model is simply asked; its service decides. */
  get mayCompact(): boolean {
    return !this.#hasCompactionFailed;
  }

  get isCompactionLoop(): boolean {
    return this.#compactions >= this.#limits.max_compactions_in_a_row;
  }
}
