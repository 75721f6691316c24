import { formatDuration } from '../../format.ts';
import type { AgentMessageBody, ApprovalDecision, ToolErrorKind } from '../../messages.ts';
import { parseJson } from '../../parse-json.ts';
import type { Question } from './questions.ts';

type Publish = (body: AgentMessageBody) => void;

/** What the tool calls of a step, and the texts around them, need to be told. */
export interface RemoteCallsOptions {
  readonly publish: Publish;
  /** Milliseconds that never go back. */
  readonly monotonic: () => number;
  /** Gives an id that no other item of the session has, the wanted one if it is free. */
  readonly uniqueId: (wanted: string) => string;
}

/** A tool call of a remote agent, as far as it has come. */
interface RemoteCall {
  readonly id: string;
  readonly name: string;
  json: string;
  state: 'preparing' | 'queued' | 'asking' | 'ended';
  answer: string | undefined;
  /** Whether the agent went on talking after it: then it waits for nobody. */
  isFollowed: boolean;
  queued_at_ms: number;
}

/** The tool calls of one step of a remote agent, by the remote's ids. Publishes what becomes of them, in order. */
export class RemoteCalls {
  readonly #options: RemoteCallsOptions;
  readonly #calls = new Map<string, RemoteCall>();
  #hasStarted = false;

  constructor(options: RemoteCallsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#calls.size;
  }

  /** Whether a tool has run, so that the response is over. */
  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  has(source: string): boolean {
    return this.#calls.has(source);
  }

  isOpen(source: string): boolean {
    const call = this.#calls.get(source);
    return call !== undefined && call.state !== 'ended';
  }

  /** The remote ids of the calls that have not ended. */
  open(): string[] {
    return [...this.#calls].filter(([, call]) => call.state !== 'ended').map(([source]) => source);
  }

  /** The open calls that the agent said nothing after. */
  waiting(): string[] {
    return this.open().filter((source) => this.#calls.get(source)?.isFollowed === false);
  }

  idOf(source: string): string | undefined {
    return this.#calls.get(source)?.id;
  }

  describe(source: string): { readonly name: string; readonly json: string } {
    const call = this.#calls.get(source);
    return { name: call?.name ?? '', json: call?.json ?? '' };
  }

  start(source: string, name: string, model_name: string): void {
    if (this.#calls.has(source)) return;
    const call: RemoteCall = {
      id: this.#options.uniqueId(source),
      name,
      json: '',
      state: 'preparing',
      answer: undefined,
      isFollowed: false,
      queued_at_ms: 0,
    };
    this.#calls.set(source, call);
    const request = { id: call.id, name, arguments: '' };
    this.#options.publish({ type: 'tool_call', request, display_name: name, model_name });
  }

  grow(source: string, chunk: string, model_name: string): void {
    const call = this.#calls.get(source);
    if (call?.state !== 'preparing' || chunk === '') return;
    call.json += chunk;
    this.#options.publish({ type: 'tool_call_update', tool_call_id: call.id, chunk, model_name });
  }

  /** Takes the arguments as complete. What is no JSON is kept as a string inside some. */
  end(source: string): void {
    const call = this.#calls.get(source);
    if (call?.state !== 'preparing') return;
    call.json = completeJson(call.json);
    call.state = 'queued';
    call.queued_at_ms = this.#options.monotonic();
    const request = { id: call.id, name: call.name, arguments: call.json };
    this.#options.publish({ type: 'tool_call_ready', request, display_name: call.name });
  }

  /** Marks the open calls as ones that the agent did not wait for. */
  follow(): void {
    for (const call of this.#calls.values()) if (call.state !== 'ended') call.isFollowed = true;
  }

  /** Keeps a result until every call of the step is complete. */
  answer(source: string, answer: string): void {
    this.end(source);
    const call = this.#calls.get(source);
    if (call !== undefined && call.state !== 'ended') call.answer = answer;
  }

  /** Publishes the results that are known, once no call is still being written. */
  publishAnswers(model_name: string): void {
    const calls = [...this.#calls.values()];
    if (calls.some((call) => call.state === 'preparing')) return;
    for (const call of calls) if (call.answer !== undefined && call.state === 'queued') this.#succeed(call, model_name);
  }

  ask(source: string, question: Question): void {
    this.end(source);
    const call = this.#calls.get(source);
    if (call?.state !== 'queued') return;
    call.state = 'asking';
    this.#options.publish({ type: 'approval_requested', tool_call_id: call.id, ...question });
  }

  resolve(source: string, decision: ApprovalDecision, note?: string): void {
    const call = this.#calls.get(source);
    if (call?.state !== 'asking') return;
    call.state = 'queued';
    call.queued_at_ms = this.#options.monotonic();
    const said = note === undefined ? {} : { note };
    this.#options.publish({ type: 'approval_resolved', tool_call_id: call.id, decision, by: 'user', ...said });
  }

  /** Ends a call without a result. */
  fail(
    source: string,
    how: { readonly error: string; readonly kind: ToolErrorKind; readonly model_name: string },
  ): void {
    this.resolve(source, 'deny');
    const call = this.#calls.get(source);
    if (call === undefined || call.state === 'ended') return;
    const isReady = call.state === 'queued';
    call.state = 'ended';
    this.#options.publish({
      type: 'tool_error',
      error: { id: call.id, name: call.name, ...(isReady ? { arguments: call.json } : {}), error: how.error },
      kind: how.kind,
      wait_ms: isReady ? this.#waited(call) : 0,
      execute_duration_ms: 0,
      duration_display: formatDuration(0),
      model_name: how.model_name,
    });
  }

  /** The remote says when a call is over, not when it began to run: all its time counts as running. */
  #succeed(call: RemoteCall, model_name: string): void {
    this.#hasStarted = true;
    call.state = 'ended';
    const execute_duration_ms = this.#waited(call);
    this.#options.publish({ type: 'tool_started', tool_call_id: call.id, wait_ms: 0 });
    this.#options.publish({
      type: 'tool_result',
      result: { id: call.id, name: call.name, arguments: call.json, result: call.answer ?? '' },
      wait_ms: 0,
      execute_duration_ms,
      duration_display: formatDuration(execute_duration_ms),
      model_name,
    });
  }

  #waited(call: RemoteCall): number {
    return Math.max(0, Math.round(this.#options.monotonic() - call.queued_at_ms));
  }
}

function completeJson(json: string): string {
  if (json.trim() === '') return '{}';
  return parseJson(json) === undefined ? JSON.stringify({ arguments: json }) : json;
}
