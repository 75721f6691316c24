import type { AgentMessageOf } from '../messages.ts';
import { type AgUiEvent, METADATA_KEY } from './ag-ui-event.ts';

interface CallState {
  /** The argument text sent so far. */
  sent: string;
  isEnded: boolean;
  isAnswered: boolean;
}

/** What a run has opened: its step, text, reasoning and tool calls. Every method gives the events to send, in order. */
export class AgUiItems {
  readonly #calls = new Map<string, CallState>();
  #step: string | undefined;
  #iteration: number;
  #text: string | undefined;
  #reasoning: string | undefined;
  /** The assistant message of this step that its tool calls belong to. */
  #parent: string | undefined;

  /** `iteration` is how many model calls of the turn came before this run. */
  constructor(iteration: number) {
    this.#iteration = iteration;
  }

  openStep(): AgUiEvent[] {
    if (this.#step !== undefined) return [];
    this.#step = `step-${this.#iteration + 1}`;
    return [{ type: 'STEP_STARTED', stepName: this.#step }];
  }

  closeStep(iteration: number): AgUiEvent[] {
    const events = [...this.#closeSegments(), ...this.openStep(), ...this.#endStep()];
    this.#iteration = iteration;
    return events;
  }

  text(message: AgentMessageOf<'text'>): AgUiEvent[] {
    const { message_id: messageId, chunk, is_complete } = message;
    const isOpen = this.#text === messageId;
    if (!isOpen && chunk === '') return [];
    const events: AgUiEvent[] = [...this.openStep()];
    if (!isOpen) {
      events.push(...this.#closeSegments(), { type: 'TEXT_MESSAGE_START', messageId, role: 'assistant' });
      this.#text = messageId;
      this.#parent = messageId;
    }
    if (chunk !== '') events.push({ type: 'TEXT_MESSAGE_CONTENT', messageId, delta: chunk });
    if (is_complete) events.push(...this.#closeSegments());
    return events;
  }

  thought(message: AgentMessageOf<'thought'>): AgUiEvent[] {
    const { message_id: messageId, chunk, is_complete, signature } = message;
    const isOpen = this.#reasoning === messageId;
    if (!isOpen && chunk === '' && signature === undefined) return [];
    const events: AgUiEvent[] = [...this.openStep()];
    if (!isOpen) {
      events.push(
        ...this.#closeSegments(),
        { type: 'REASONING_START', messageId },
        { type: 'REASONING_MESSAGE_START', messageId, role: 'reasoning' },
      );
      this.#reasoning = messageId;
    }
    if (chunk !== '') events.push({ type: 'REASONING_MESSAGE_CONTENT', messageId, delta: chunk });
    if (is_complete) events.push(...this.#closeSegments(message));
    return events;
  }

  startCall(message: AgentMessageOf<'tool_call'>): AgUiEvent[] {
    const { id, name } = message.request;
    if (this.#calls.has(id)) return [];
    this.#calls.set(id, { sent: '', isEnded: false, isAnswered: false });
    this.#parent ??= `calls-${id}`;
    return [
      ...this.openStep(),
      ...this.#closeSegments(),
      {
        type: 'TOOL_CALL_START',
        toolCallId: id,
        toolCallName: name,
        parentMessageId: this.#parent,
        metadata: { [METADATA_KEY]: { display_name: message.display_name } },
      },
    ];
  }

  growCall(toolCallId: string, delta: string): AgUiEvent[] {
    const call = this.#calls.get(toolCallId);
    if (call === undefined || call.isEnded || delta === '') return [];
    call.sent += delta;
    return [{ type: 'TOOL_CALL_ARGS', toolCallId, delta }];
  }

  /** Closes a call whose arguments are complete, with whatever of them was never streamed. */
  endCall(toolCallId: string, complete: string): AgUiEvent[] {
    const call = this.#calls.get(toolCallId);
    if (call === undefined || call.isEnded) return [];
    const rest = complete.startsWith(call.sent) ? complete.slice(call.sent.length) : '';
    const events = this.growCall(toolCallId, rest);
    call.isEnded = true;
    return [...events, { type: 'TOOL_CALL_END', toolCallId }];
  }

  /** Gives the result of a call once; a call of an earlier run may be answered in this one. */
  answerCall(toolCallId: string, content: string, metadata: Record<string, unknown>): AgUiEvent[] {
    const call = this.#calls.get(toolCallId);
    if (call?.isAnswered === true) return [];
    const events = [...this.openStep(), ...this.endCall(toolCallId, call?.sent ?? '')];
    if (call !== undefined) call.isAnswered = true;
    return [
      ...events,
      {
        type: 'TOOL_CALL_RESULT',
        messageId: `result-${toolCallId}`,
        toolCallId,
        content,
        role: 'tool',
        metadata: { [METADATA_KEY]: metadata },
      },
    ];
  }

  /** Ends the calls of a response that failed, so that nobody waits for their results. */
  discard(ids: readonly string[]): AgUiEvent[] {
    this.#parent = undefined;
    return [
      ...this.#closeSegments(),
      ...ids
        .filter((id) => this.#calls.has(id))
        .flatMap((id) => this.answerCall(id, 'This call was dropped: the response is tried again.', { dropped: true })),
    ];
  }

  /** Closes everything that is open, as the verifier of AG-UI wants it before a run ends. */
  closeAll(): AgUiEvent[] {
    const open = [...this.#calls].filter(([, call]) => !call.isEnded);
    return [...this.#closeSegments(), ...open.flatMap(([id, call]) => this.endCall(id, call.sent)), ...this.#endStep()];
  }

  /** Closes everything and counts model calls from the start again. */
  leaveTurn(): AgUiEvent[] {
    const events = this.closeAll();
    this.#iteration = 0;
    return events;
  }

  #endStep(): AgUiEvent[] {
    const stepName = this.#step;
    this.#step = undefined;
    this.#parent = undefined;
    return stepName === undefined ? [] : [{ type: 'STEP_FINISHED', stepName }];
  }

  #closeSegments(thought?: AgentMessageOf<'thought'>): AgUiEvent[] {
    const events: AgUiEvent[] = [];
    if (this.#text !== undefined) events.push({ type: 'TEXT_MESSAGE_END', messageId: this.#text });
    if (this.#reasoning !== undefined) events.push(...endReasoning(this.#reasoning, thought));
    this.#text = undefined;
    this.#reasoning = undefined;
    return events;
  }
}

function endReasoning(messageId: string, thought: AgentMessageOf<'thought'> | undefined): AgUiEvent[] {
  const signature = thought?.signature;
  const duration_ms = thought?.duration_ms;
  return [
    { type: 'REASONING_MESSAGE_END', messageId },
    ...(signature === undefined
      ? []
      : [
          {
            type: 'REASONING_ENCRYPTED_VALUE' as const,
            subtype: 'message' as const,
            entityId: messageId,
            encryptedValue: signature,
          },
        ]),
    {
      type: 'REASONING_END',
      messageId,
      ...(duration_ms === undefined ? {} : { metadata: { [METADATA_KEY]: { duration_ms } } }),
    },
  ];
}
