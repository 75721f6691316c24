import type { AgentMessage, AgentMessageOf } from '../../src/messages.ts';
import { checkFolds, checkPlainJson } from './check-folds.ts';
import { ALLOWED_STATES, type CallState, callId, isToolMessage, NEXT_STATE, type ToolMessage } from './tool-states.ts';

/**
 * Says how a recorded log breaks the promises of the protocol: one line a violation, none when all are kept.
 * Of the ten it judges what a log alone can show. `is_running`: the log was taken in the middle of a run, so that what
 * is still open is no violation.
 */
export function checkPromises(log: readonly AgentMessage[], options: { is_running?: boolean } = {}): string[] {
  const checker = new Checker();
  for (const message of log) checker.take(message);
  if (options.is_running !== true) checker.end();
  return [...checker.violations, ...checkPlainJson(log), ...checkFolds(log)];
}

interface OpenSegment {
  readonly type: 'text' | 'thought';
  readonly id: string;
}

class Checker {
  readonly violations: string[] = [];
  #lastSeq: number | undefined;
  #isEnded = false;
  #turnId: string | undefined;
  #turnIds = new Set<string>();
  #hasCancelled = false;
  #hasError = false;
  #segment: OpenSegment | undefined;
  #closedIds = new Set<string>();
  #voidIds = new Set<string>();
  #calls = new Map<string, CallState>();
  #turnCalls = new Set<string>();
  #hasStartedTools = false;
  #accepted = new Map<string, boolean>();
  #isCompacting = false;
  #at = '';

  take(message: AgentMessage): void {
    this.#at = `#${message.seq} ${message.type}`;
    this.#stamp(message);
    if (this.#hasCancelled) this.#afterCancelled(message);
    this.#read(message);
  }

  end(): void {
    this.#at = 'end of the log';
    if (this.#turnId !== undefined) this.#fail(1, `the turn ${this.#turnId} has no done`);
    if (this.#segment !== undefined) this.#fail(2, `the ${this.#segment.type} ${this.#segment.id} is still open`);
    if (this.#isCompacting) this.#fail(6, 'the compaction has no result');
    for (const [id, isOpen] of this.#accepted) if (isOpen) this.#fail(5, `the accepted message ${id} has no end`);
  }

  #fail(promise: number, what: string): void {
    this.violations.push(`promise ${promise}, ${this.#at}: ${what}`);
  }

  #stamp(message: AgentMessage): void {
    const { seq, at } = message;
    if (!Number.isInteger(seq) || !Number.isInteger(at)) this.#fail(8, 'seq and at are not integers');
    if (this.#lastSeq === undefined && message.type === 'session_started' && message.resumed === undefined && seq !== 1)
      this.#fail(8, `a session begins with seq ${seq}`);
    if (this.#lastSeq !== undefined && seq !== this.#lastSeq + 1) this.#fail(8, `seq ${seq} follows ${this.#lastSeq}`);
    this.#lastSeq = seq;
    const isSessionStart = message.type === 'session_started';
    if (this.#isEnded && !isSessionStart) this.#fail(1, 'comes after session_ended');
    if (isSessionStart) this.#isEnded = false;
    const turnId = message.type === 'turn_started' ? message.turn_id : this.#turnId;
    if (message.turn_id !== turnId) this.#fail(1, `is stamped with turn ${message.turn_id}, not ${turnId}`);
  }

  #read(message: AgentMessage): void {
    switch (message.type) {
      case 'session_ended':
        if (this.#turnId !== undefined) this.#fail(1, `the turn ${this.#turnId} has no done`);
        for (const [id, isOpen] of this.#accepted) if (isOpen) this.#fail(5, `the accepted message ${id} has no end`);
        this.#isEnded = true;
        return;
      case 'turn_started':
        this.#turnStarted(message);
        return;
      case 'done':
        this.#done(message);
        return;
      case 'error':
        this.#inTurn();
        this.#allSegmentsClosed();
        if (this.#hasError) this.#fail(1, 'a second error in one turn');
        this.#hasError = true;
        return;
      case 'cancelled':
        this.#inTurn();
        this.#allSegmentsClosed();
        this.#allCallsEnded();
        if (this.#hasCancelled) this.#fail(1, 'a second cancelled in one turn');
        this.#hasCancelled = true;
        return;
      case 'text':
      case 'thought':
        this.#piece(message);
        return;
      case 'retrying':
        this.#retrying(message);
        return;
      case 'iteration_complete':
        this.#inTurn();
        this.#allSegmentsClosed();
        this.#allCallsEnded();
        this.#hasStartedTools = false;
        return;
      case 'context_compaction_started':
      case 'context_compaction_result':
        this.#compaction(message.type === 'context_compaction_started');
        return;
      case 'user_message_accepted':
      case 'user_steered':
      case 'user_message_returned':
        this.#receipt(message);
        return;
      default:
        if (isToolMessage(message)) this.#tool(message);
    }
  }

  #turnStarted(message: AgentMessageOf<'turn_started'>): void {
    if (this.#turnId !== undefined) this.#fail(1, `the turn ${this.#turnId} is still open`);
    if (this.#turnIds.has(message.turn_id)) this.#fail(1, `the turn id ${message.turn_id} is used twice`);
    this.#turnIds.add(message.turn_id);
    this.#turnId = message.turn_id;
    this.#turnCalls.clear();
    this.#settleReceipt(message.input.id, { isOwnTurn: true });
  }

  #done(message: AgentMessageOf<'done'>): void {
    if (this.#turnId === undefined) {
      this.#fail(1, `a done without an open turn`);
      return;
    }
    this.#allSegmentsClosed();
    this.#allCallsEnded();
    if (this.#isCompacting) this.#fail(6, 'the compaction has no result');
    if ((message.status === 'cancelled') !== this.#hasCancelled)
      this.#fail(1, `status ${message.status} and cancelled differ`);
    if ((message.status === 'error') !== this.#hasError) this.#fail(1, `status ${message.status} and error differ`);
    if ((message.status === 'halted') !== (message.halt !== undefined))
      this.#fail(1, 'halted without a halt, or the reverse');
    if (!isDuration(message.duration_ms)) this.#fail(8, `duration_ms is ${message.duration_ms}`);
    this.#turnId = undefined;
    this.#hasCancelled = false;
    this.#hasError = false;
    this.#hasStartedTools = false;
  }

  #piece(message: AgentMessageOf<'text' | 'thought'>): void {
    this.#inTurn();
    if (this.#hasStartedTools) this.#fail(3, 'the response goes on after a tool of it has started');
    const { message_id: id, type, chunk, is_complete: isComplete } = message;
    if (this.#segment === undefined) {
      if (this.#closedIds.has(id)) this.#fail(2, `${id} is opened again`);
      const isSigned = message.type === 'thought' && (message.signature !== undefined || message.redacted === true);
      if (chunk === '' && !isSigned) this.#fail(2, 'an empty delta opens a segment');
    } else if (this.#segment.id !== id || this.#segment.type !== type) {
      this.#fail(2, `${type} ${id} comes while ${this.#segment.type} ${this.#segment.id} is open`);
    }
    if (
      message.type === 'thought' &&
      isComplete &&
      message.duration_ms !== undefined &&
      !isDuration(message.duration_ms)
    )
      this.#fail(8, `duration_ms is ${message.duration_ms}`);
    this.#segment = isComplete ? undefined : { type, id };
    if (isComplete) this.#closedIds.add(id);
  }

  #retrying(message: AgentMessageOf<'retrying'>): void {
    this.#allSegmentsClosed();
    for (const id of message.discarded) {
      this.#voidIds.add(id);
      const state = this.#calls.get(id);
      if (state === 'running') this.#fail(3, `the running call ${id} is discarded`);
    }
    if (this.#hasStartedTools) this.#fail(3, 'a response is tried again after a tool of it has started');
  }

  #compaction(isStart: boolean): void {
    if (isStart === this.#isCompacting)
      this.#fail(6, isStart ? 'a compaction is running already' : 'no compaction is running');
    this.#isCompacting = isStart;
  }

  #receipt(message: AgentMessageOf<'user_message_accepted' | 'user_steered' | 'user_message_returned'>): void {
    if (message.type !== 'user_message_accepted') {
      this.#settleReceipt(message.id, { isSteered: message.type === 'user_steered' });
      return;
    }
    if (this.#accepted.has(message.id)) this.#fail(5, `${message.id} is accepted twice`);
    this.#accepted.set(message.id, true);
  }

  #settleReceipt(id: string, how: { isOwnTurn?: boolean; isSteered?: boolean }): void {
    const isOpen = this.#accepted.get(id);
    if (isOpen === false) this.#fail(5, `the accepted message ${id} ends twice`);
    if (isOpen === undefined && how.isSteered === true) this.#fail(5, `${id} was never accepted`);
    if (how.isSteered === true) this.#inTurn();
    if (isOpen === true) this.#accepted.set(id, false);
  }

  #tool(message: ToolMessage): void {
    this.#inTurn();
    const id = callId(message);
    const state = this.#calls.get(id);
    if (message.type === 'tool_call') {
      this.#announced(id, state);
      return;
    }
    if (state === undefined || !this.#turnCalls.has(id)) {
      this.#fail(3, `there is no call ${id} in this turn`);
      return;
    }
    if (state === 'ended') {
      this.#fail(3, `the call ${id} has ended`);
      return;
    }
    const allowed: readonly CallState[] = ALLOWED_STATES[message.type];
    if (!allowed.includes(state)) this.#fail(3, `the call ${id} is ${state}`);
    if (message.type === 'tool_started') this.#hasStartedTools = true;
    if (message.type === 'tool_started' && this.#voidIds.has(id)) this.#fail(3, `the discarded call ${id} runs`);
    if (message.type === 'tool_result' || message.type === 'tool_error') {
      if (!isDuration(message.wait_ms) || !isDuration(message.execute_duration_ms))
        this.#fail(8, 'a time is no duration');
    }
    const next = NEXT_STATE[message.type];
    if (next !== undefined) this.#calls.set(id, next);
  }

  #announced(id: string, state: CallState | undefined): void {
    if (state !== undefined) this.#fail(3, `the call id ${id} is used twice`);
    if (this.#hasStartedTools) this.#fail(3, 'the response goes on after a tool of it has started');
    this.#allSegmentsClosed();
    this.#calls.set(id, 'preparing');
    this.#turnCalls.add(id);
  }

  #afterCancelled(message: AgentMessage): void {
    if (!AFTER_CANCELLED.has(message.type)) this.#fail(9, 'comes after cancelled');
  }

  #inTurn(): void {
    if (this.#turnId === undefined) this.#fail(1, 'comes outside a turn');
  }

  #allSegmentsClosed(): void {
    if (this.#segment !== undefined) this.#fail(2, `the ${this.#segment.type} ${this.#segment.id} is still open`);
    this.#segment = undefined;
  }

  #allCallsEnded(): void {
    for (const id of this.#turnCalls) {
      if (this.#calls.get(id) === 'ended') continue;
      this.#fail(3, `the call ${id} has no result`);
      this.#calls.set(id, 'ended');
    }
  }
}

const AFTER_CANCELLED: ReadonlySet<AgentMessage['type']> = new Set([
  'done',
  'user_message_accepted',
  'user_message_returned',
  'system_warning',
]);

function isDuration(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}
