import { type AgentMessage, type AgentMessageOf, assertNever } from '../messages.ts';
import { AG_UI_VERSION, type AgUiEvent, type AgUiEventOf, type AgUiInterrupt, METADATA_KEY } from './ag-ui-event.ts';
import { haltInterrupt } from './ag-ui-interrupts.ts';
import { AgUiItems } from './ag-ui-items.ts';
import { addUsage, type RunUsage, usageEntries } from './ag-ui-usage.ts';

/** What a run is called, and where in its turn it begins. */
export interface AgUiRunOptions {
  readonly thread_id: string;
  readonly run_id: string;
  readonly parent_run_id?: string;
  /** Model calls of the turn that earlier runs have told; 0 unless the run goes on after an interrupt. */
  readonly iteration?: number;
  /** False when the client's state is not an object, which a patch could not be applied to. */
  readonly hasState?: boolean;
  /** Says whether the client itself answered this tool call; it has the result already. */
  isAnsweredByClient?(tool_call_id: string): boolean;
}

/**
 * Translates one run: the messages of one turn, or of a part of it, into events of AG-UI 1.0.
 *
 * Contract: `start` comes first; of `take` (with a `done`), `interrupt`, `wait`, `succeed` and `fail` the first one ends
 * the run and nothing comes after it. The events pass the verifier of @ag-ui/client at every moment.
 */
export class AgUiRun {
  readonly #options: AgUiRunOptions;
  readonly #items: AgUiItems;
  #usage: RunUsage = new Map();
  #model_name = '';
  #error: AgentMessageOf<'error'> | undefined;
  #isOver = false;

  constructor(options: AgUiRunOptions) {
    this.#options = options;
    this.#items = new AgUiItems(options.iteration ?? 0);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Opens the run. */
  start(at?: number): AgUiEvent[] {
    const { thread_id, run_id, parent_run_id } = this.#options;
    return [
      {
        type: 'RUN_STARTED',
        threadId: thread_id,
        runId: run_id,
        protocolVersion: AG_UI_VERSION,
        ...(parent_run_id === undefined ? {} : { parentRunId: parent_run_id }),
        ...(at === undefined ? {} : { timestamp: at }),
      },
    ];
  }

  /** Gives the events of one message; the last one of a `done` ends the run. */
  take(message: AgentMessage): AgUiEvent[] {
    if (this.#isOver) return [];
    return this.#translate(message).map((event) => ({ ...event, timestamp: message.at }));
  }

  /** Closes what is open while the run goes on, in another turn. */
  leaveTurn(): AgUiEvent[] {
    return this.#items.leaveTurn();
  }

  /** Ends the run because it needs answers that only the client can get. */
  interrupt(interrupts: AgUiInterrupt[]): AgUiEvent[] {
    return this.#finish({ outcome: { type: 'interrupt', interrupts } });
  }

  /** Ends the run because the client has to run these calls of its own tools. */
  wait(pendingToolCallIds: string[]): AgUiEvent[] {
    return this.#finish({ outcome: { type: 'success', pendingToolCallIds } });
  }

  /** Ends a run in which nothing was asked. */
  succeed(): AgUiEvent[] {
    return this.#finish({ outcome: { type: 'success' } });
  }

  /** Ends the run with an error that is not the turn's own. */
  fail(message: string, code: string): AgUiEvent[] {
    return [...this.#close(), { type: 'RUN_ERROR', message, code }];
  }

  #translate(message: AgentMessage): AgUiEvent[] {
    switch (message.type) {
      case 'turn_started':
        this.#model_name = message.model_name;
        return [];
      case 'text':
        return this.#items.text(message);
      case 'thought':
        return this.#items.thought(message);
      case 'tool_call':
      case 'tool_call_update':
      case 'tool_call_ready':
      case 'tool_result':
      case 'tool_error':
        return this.#call(message);
      case 'iteration_complete':
        return this.#items.closeStep(message.iteration);
      case 'retrying':
        return [...this.#items.discard(message.discarded), custom(message)];
      case 'prompt_progress':
        return [...this.#items.openStep(), custom(message)];
      case 'context_usage_update':
        return this.#measured(message);
      case 'error':
        this.#error = message;
        return [];
      case 'done':
        return this.#done(message);
      case 'session_started':
      case 'session_ended':
      case 'tool_started':
      case 'cancelled':
        return [];
      default:
        return [custom(message)];
    }
  }

  #call(message: CallMessage): AgUiEvent[] {
    switch (message.type) {
      case 'tool_call':
        return this.#items.startCall(message);
      case 'tool_call_update':
        return this.#items.growCall(message.tool_call_id, message.chunk);
      case 'tool_call_ready':
        return this.#items.endCall(message.request.id, message.request.arguments);
      case 'tool_result':
        return this.#answer(message.result.id, message.result.result, resultExtras(message));
      case 'tool_error':
        return this.#answer(message.error.id, message.error.error, { ...resultExtras(message), error: message.kind });
      default:
        return assertNever(message);
    }
  }

  #answer(id: string, content: string, extras: Record<string, unknown>): AgUiEvent[] {
    return this.#options.isAnsweredByClient?.(id) === true ? [] : this.#items.answerCall(id, content, extras);
  }

  #measured(message: AgentMessageOf<'context_usage_update'>): AgUiEvent[] {
    this.#usage = addUsage(this.#usage, message);
    this.#model_name = message.model_name;
    if (this.#options.hasState === false) return [custom(message)];
    const { type: _type, seq: _seq, at: _at, turn_id: _turn, model_name: model, ...context_usage } = message;
    const value = { model, context_usage };
    return [custom(message), { type: 'STATE_DELTA', delta: [{ op: 'add', path: `/${METADATA_KEY}`, value }] }];
  }

  #done(message: AgentMessageOf<'done'>): AgUiEvent[] {
    const usage = usageEntries(this.#usage, this.#model_name, message.usage);
    const withUsage = usage.length > 0 ? { usage } : {};
    const { status, stop_reason, iterations, duration_ms, cost, final_text } = message;
    const result = { status, stop_reason, iterations, duration_ms, cost, final_text };
    switch (status) {
      case 'completed':
        return this.#finish({ outcome: { type: 'success' }, result, ...withUsage });
      case 'cancelled':
        return this.#finish({ outcome: { type: 'cancelled' }, result, ...withUsage });
      case 'halted':
        return this.#finish({ outcome: haltOutcome(message), result, ...withUsage });
      case 'error':
        return [...this.#close(), { ...this.#runError(message), ...withUsage }];
      default:
        return assertNever(status);
    }
  }

  #runError(message: AgentMessageOf<'done'>): AgUiEventOf<'RUN_ERROR'> {
    const error = this.#error;
    if (error === undefined) return { type: 'RUN_ERROR', message: message.stop_reason, code: 'internal' };
    const { status, retryable, suggested_action } = error;
    const metadata = { [METADATA_KEY]: { status, retryable, suggested_action } };
    return { type: 'RUN_ERROR', message: error.message, code: error.kind, metadata };
  }

  #finish(ending: Partial<AgUiEventOf<'RUN_FINISHED'>>): AgUiEvent[] {
    const { thread_id, run_id } = this.#options;
    return [...this.#close(), { type: 'RUN_FINISHED', threadId: thread_id, runId: run_id, ...ending }];
  }

  #close(): AgUiEvent[] {
    this.#isOver = true;
    return this.#items.closeAll();
  }
}

type CallMessage = AgentMessageOf<'tool_call' | 'tool_call_update' | 'tool_call_ready' | 'tool_result' | 'tool_error'>;

/** Wraps a message that AG-UI has no event for: its type as the name, its own fields as the value. */
function custom(message: AgentMessage): AgUiEvent {
  const { type, seq: _seq, at: _at, turn_id: _turn, ...value } = message;
  return { type: 'CUSTOM', name: type, value };
}

function resultExtras(message: AgentMessageOf<'tool_result' | 'tool_error'>): Record<string, unknown> {
  const { wait_ms, execute_duration_ms, duration_display, result_meta } = message;
  return { wait_ms, execute_duration_ms, duration_display, result_meta };
}

function haltOutcome(message: AgentMessageOf<'done'>): NonNullable<AgUiEventOf<'RUN_FINISHED'>['outcome']> {
  const { halt, turn_id, stop_reason } = message;
  return {
    type: 'interrupt',
    interrupts: [haltInterrupt(turn_id, halt ?? { reason: 'max_iterations', message: stop_reason, actions: [] })],
  };
}
