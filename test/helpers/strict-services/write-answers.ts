import type { IssuedThoughts } from './refusal.ts';

/** What a strict service is to answer. */
export interface StrictAnswer {
  readonly thought?: string;
  readonly text?: string;
  readonly calls?: readonly { readonly name: string; readonly arguments: string }[];
}

/** One answer on its way: signatures and ids are made from the serial number. */
export interface Answering {
  readonly model: string;
  readonly answer: StrictAnswer;
  readonly serial: number;
  readonly issued: IssuedThoughts;
}

export type Protocol = 'anthropic' | 'responses' | 'chat';

/** Writes an answer as the event stream of a service. Thoughts are signed and remembered. */
export function writeAnswer(protocol: Protocol, answering: Answering): string {
  const signature = `sig-${protocol}-${answering.serial}`;
  const { thought } = answering.answer;
  if (thought !== undefined) answering.issued.issue(signature, { model: answering.model, text: thought });
  switch (protocol) {
    case 'anthropic':
      return anthropicEvents(answering, signature)
        .map((event) => `event: ${event.type}\n${data(event)}`)
        .join('');
    case 'responses':
      return responsesEvents(answering, signature)
        .map((event) => `event: ${event.type}\n${data(event)}`)
        .join('');
    case 'chat':
      return `${chatChunks(answering).map(data).join('')}data: [DONE]\n\n`;
  }
}

function data(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

type Event = { readonly type: string } & Record<string, unknown>;

function anthropicEvents({ model, answer, serial }: Answering, signature: string): Event[] {
  const blocks: Event[][] = [];
  const block = (content_block: unknown, deltas: readonly unknown[]): void => {
    const index = blocks.length;
    blocks.push([
      { type: 'content_block_start', index, content_block },
      ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
      { type: 'content_block_stop', index },
    ]);
  };
  if (answer.thought !== undefined) {
    block({ type: 'thinking', thinking: '', signature: '' }, [
      { type: 'thinking_delta', thinking: answer.thought },
      { type: 'signature_delta', signature },
    ]);
  }
  if (answer.text !== undefined) block({ type: 'text', text: '' }, [{ type: 'text_delta', text: answer.text }]);
  for (const [index, call] of (answer.calls ?? []).entries()) {
    block({ type: 'tool_use', id: `toolu_${serial}_${index}`, name: call.name, input: {} }, [
      { type: 'input_json_delta', partial_json: call.arguments },
    ]);
  }
  const stop_reason = (answer.calls ?? []).length > 0 ? 'tool_use' : 'end_turn';
  const message = {
    id: `msg_${serial}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
  };
  return [
    {
      type: 'message_start',
      message: {
        ...message,
        usage: { input_tokens: 100, output_tokens: 1, cache_read_input_tokens: 10, cache_creation_input_tokens: 5 },
      },
    },
    ...blocks.flat(),
    { type: 'message_delta', delta: { stop_reason, stop_sequence: null }, usage: { output_tokens: 20 } },
    { type: 'message_stop' },
  ];
}

function responsesEvents({ model, answer, serial }: Answering, signature: string): Event[] {
  const items: unknown[] = [];
  const events: Event[] = [];
  const item = (added: Record<string, unknown>, done: Record<string, unknown>, deltas: readonly Event[]): void => {
    const output_index = items.length;
    events.push({ type: 'response.output_item.added', output_index, item: added });
    events.push(...deltas.map((delta) => ({ ...delta, output_index })));
    events.push({ type: 'response.output_item.done', output_index, item: done });
    items.push(done);
  };
  if (answer.thought !== undefined) {
    const id = `rs_${serial}`;
    const summary = [{ type: 'summary_text', text: answer.thought }];
    item(
      { id, type: 'reasoning', summary: [], encrypted_content: '' },
      { id, type: 'reasoning', summary, encrypted_content: signature },
      [
        {
          type: 'response.reasoning_summary_part.added',
          item_id: id,
          summary_index: 0,
          part: { type: 'summary_text', text: '' },
        },
        { type: 'response.reasoning_summary_text.delta', item_id: id, summary_index: 0, delta: answer.thought },
        { type: 'response.reasoning_summary_text.done', item_id: id, summary_index: 0, text: answer.thought },
        { type: 'response.reasoning_summary_part.done', item_id: id, summary_index: 0, part: summary[0] },
      ],
    );
  }
  if (answer.text !== undefined) {
    const id = `msg_${serial}`;
    const content = [{ type: 'output_text', text: answer.text, annotations: [], logprobs: [] }];
    const message = { id, type: 'message', role: 'assistant' };
    item({ ...message, status: 'in_progress', content: [] }, { ...message, status: 'completed', content }, [
      {
        type: 'response.content_part.added',
        item_id: id,
        content_index: 0,
        part: { type: 'output_text', text: '', annotations: [] },
      },
      { type: 'response.output_text.delta', item_id: id, content_index: 0, delta: answer.text, logprobs: [] },
      { type: 'response.output_text.done', item_id: id, content_index: 0, text: answer.text, logprobs: [] },
      { type: 'response.content_part.done', item_id: id, content_index: 0, part: content[0] },
    ]);
  }
  for (const [index, call] of (answer.calls ?? []).entries()) {
    const id = `fc_${serial}_${index}`;
    const base = { id, type: 'function_call', call_id: `call_${serial}_${index}`, name: call.name };
    item(
      { ...base, arguments: '', status: 'in_progress' },
      { ...base, arguments: call.arguments, status: 'completed' },
      [
        { type: 'response.function_call_arguments.delta', item_id: id, delta: call.arguments },
        { type: 'response.function_call_arguments.done', item_id: id, arguments: call.arguments },
      ],
    );
  }
  const usage = {
    input_tokens: 110,
    input_tokens_details: { cached_tokens: 10 },
    output_tokens: 20,
    output_tokens_details: { reasoning_tokens: answer.thought === undefined ? 0 : 8 },
    total_tokens: 130,
  };
  const response = { id: `resp_${serial}`, object: 'response', model, output: [], status: 'in_progress' };
  return [
    { type: 'response.created', response },
    ...events,
    { type: 'response.completed', response: { ...response, status: 'completed', output: items, usage } },
  ].map((event, sequence_number) => ({ ...event, sequence_number }));
}

function chatChunks({ model, answer, serial }: Answering): unknown[] {
  const chunk = (delta: unknown, finish_reason: string | null = null): unknown => ({
    id: `chatcmpl-${serial}`,
    object: 'chat.completion.chunk',
    model,
    choices: [{ index: 0, delta, finish_reason }],
  });
  const calls = answer.calls ?? [];
  return [
    chunk({ role: 'assistant', content: '' }),
    ...(answer.thought === undefined ? [] : [chunk({ reasoning_content: answer.thought })]),
    ...(answer.text === undefined ? [] : [chunk({ content: answer.text })]),
    ...calls.map((call, index) =>
      chunk({
        tool_calls: [
          {
            index,
            id: `call_${serial}_${index}`,
            type: 'function',
            function: { name: call.name, arguments: call.arguments },
          },
        ],
      }),
    ),
    chunk({}, calls.length > 0 ? 'tool_calls' : 'stop'),
    {
      id: `chatcmpl-${serial}`,
      object: 'chat.completion.chunk',
      model,
      choices: [],
      usage: {
        prompt_tokens: 110,
        completion_tokens: 20,
        total_tokens: 130,
        prompt_tokens_details: { cached_tokens: 10 },
      },
    },
  ];
}
