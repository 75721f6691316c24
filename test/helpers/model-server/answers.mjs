export const PATHS = { anthropic: '/v1/messages', responses: '/v1/responses', chat: '/v1/chat/completions' };

const MODEL = 'stand-in-1';
const USAGE = { input: 20, output: 10 };

export function spellAnswer(protocol, answer, serial = 1) {
  const finish = answer.finish ?? (answer.calls?.length ? 'tool_calls' : 'stop');
  const full = {
    ...answer,
    finish,
    thoughts: pieces(answer.thoughts),
    text: pieces(answer.text),
    usage: { ...USAGE, ...answer.usage },
    calls: (answer.calls ?? []).map((call, index) => ({
      id: call.id ?? `call_${serial}_${index + 1}`,
      name: call.name,
      json: typeof call.arguments === 'string' ? call.arguments : JSON.stringify(call.arguments ?? {}),
    })),
    pause: (place) => (answer.pause_at?.[place] === undefined ? [] : [{ pause: answer.pause_at[place] }]),
  };
  return { anthropic: spellAnthropic, responses: spellResponses, chat: spellChat }[protocol](full, serial);
}

export function spellFrame({ event, data }) {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${text}\n\n`;
}

/** Cuts text into words with the white space behind them. */
function pieces(text) {
  if (text === undefined) return [];
  return typeof text === 'string' ? (text.match(/\s*\S+\s*/g) ?? []) : [...text];
}

/** Cuts JSON in two, so that no argument ever arrives whole. */
function halves(json) {
  const middle = Math.ceil(json.length / 2);
  return [json.slice(0, middle), json.slice(middle)].filter((half) => half !== '');
}

/** Puts the waiting place behind the first of the frames. */
function withPause(frames, pause) {
  return [...frames.slice(0, 1), ...pause, ...frames.slice(1)];
}

function spellAnthropic(answer, serial) {
  const stops = {
    stop: 'end_turn',
    tool_calls: 'tool_use',
    length: 'max_tokens',
    refusal: 'refusal',
    pause: 'pause_turn',
  };
  const { usage } = answer;
  const named = (data) => ({ event: data.type, data });
  const blocks = [];
  if (answer.thoughts.length > 0) {
    blocks.push({
      start: { type: 'thinking', thinking: '', signature: '' },
      deltas: [
        ...answer.thoughts.map((thinking) => ({ type: 'thinking_delta', thinking })),
        { type: 'signature_delta', signature: `signature-${serial}` },
      ],
      pause: answer.pause('thought'),
    });
  }
  if (answer.text.length > 0) {
    blocks.push({
      start: { type: 'text', text: '' },
      deltas: answer.text.map((text) => ({ type: 'text_delta', text })),
      pause: answer.pause('text'),
    });
  }
  for (const call of answer.calls) {
    blocks.push({
      start: { type: 'tool_use', id: call.id, name: call.name, input: {} },
      deltas: halves(call.json).map((partial_json) => ({ type: 'input_json_delta', partial_json })),
      pause: answer.pause('arguments'),
    });
  }
  const counts = {
    input_tokens: usage.input,
    cache_read_input_tokens: usage.cache_read ?? 0,
    cache_creation_input_tokens: usage.cache_write ?? 0,
  };
  return [
    ...answer.pause('start'),
    named({
      type: 'message_start',
      message: {
        id: `msg_${serial}`,
        type: 'message',
        role: 'assistant',
        model: MODEL,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        usage: { ...counts, output_tokens: 1 },
      },
    }),
    ...blocks.flatMap(({ start, deltas, pause }, index) => [
      named({ type: 'content_block_start', index, content_block: start }),
      ...withPause(
        deltas.map((delta) => named({ type: 'content_block_delta', index, delta })),
        pause,
      ),
      named({ type: 'content_block_stop', index }),
    ]),
    ...answer.pause('end'),
    named({
      type: 'message_delta',
      delta: { stop_reason: stops[answer.finish], stop_sequence: null },
      usage: {
        output_tokens: usage.output,
        ...(usage.reasoning === undefined ? {} : { output_tokens_details: { thinking_tokens: usage.reasoning } }),
      },
    }),
    named({ type: 'message_stop' }),
  ];
}

function spellResponses(answer, serial) {
  let sequence_number = -1;
  const named = (data) => ({ event: data.type, data: { ...data, sequence_number: ++sequence_number } });
  const response = (rest) => ({ id: `resp_${serial}`, object: 'response', model: MODEL, output: [], ...rest });
  const frames = [
    ...answer.pause('start'),
    named({ type: 'response.created', response: response({ status: 'in_progress' }) }),
  ];
  let output_index = -1;
  if (answer.thoughts.length > 0) {
    const id = `rs_${serial}`;
    const text = answer.thoughts.join('');
    const place = { item_id: id, output_index: ++output_index, summary_index: 0 };
    const item = { id, type: 'reasoning', summary: [] };
    frames.push(
      named({ type: 'response.output_item.added', output_index, item }),
      named({ type: 'response.reasoning_summary_part.added', ...place, part: { type: 'summary_text', text: '' } }),
      ...withPause(
        answer.thoughts.map((delta) => named({ type: 'response.reasoning_summary_text.delta', ...place, delta })),
        answer.pause('thought'),
      ),
      named({ type: 'response.reasoning_summary_text.done', ...place, text }),
      named({
        type: 'response.output_item.done',
        output_index,
        item: { ...item, summary: [{ type: 'summary_text', text }], encrypted_content: `encrypted-${serial}` },
      }),
    );
  }
  if (answer.text.length > 0) {
    const id = `msg_${serial}`;
    const text = answer.text.join('');
    const place = { item_id: id, output_index: ++output_index, content_index: 0 };
    const item = { id, type: 'message', role: 'assistant', status: 'in_progress', content: [] };
    frames.push(
      named({ type: 'response.output_item.added', output_index, item }),
      named({
        type: 'response.content_part.added',
        ...place,
        part: { type: 'output_text', text: '', annotations: [] },
      }),
      ...withPause(
        answer.text.map((delta) => named({ type: 'response.output_text.delta', ...place, delta })),
        answer.pause('text'),
      ),
      named({ type: 'response.output_text.done', ...place, text }),
      named({
        type: 'response.output_item.done',
        output_index,
        item: { ...item, status: 'completed', content: [{ type: 'output_text', text, annotations: [] }] },
      }),
    );
  }
  for (const [index, call] of answer.calls.entries()) {
    const id = `fc_${serial}_${index + 1}`;
    const place = { item_id: id, output_index: ++output_index };
    const item = { id, type: 'function_call', call_id: call.id, name: call.name };
    frames.push(
      named({
        type: 'response.output_item.added',
        output_index,
        item: { ...item, status: 'in_progress', arguments: '' },
      }),
      ...withPause(
        halves(call.json).map((delta) => named({ type: 'response.function_call_arguments.delta', ...place, delta })),
        answer.pause('arguments'),
      ),
      named({ type: 'response.function_call_arguments.done', ...place, arguments: call.json }),
      named({
        type: 'response.output_item.done',
        output_index,
        item: { ...item, status: 'completed', arguments: call.json },
      }),
    );
  }
  const reasons = { length: 'max_output_tokens', refusal: 'content_filter' };
  const reason = reasons[answer.finish];
  const { usage } = answer;
  const counts = {
    input_tokens: usage.input + (usage.cache_read ?? 0),
    input_tokens_details: { cached_tokens: usage.cache_read ?? 0 },
    output_tokens: usage.output,
    output_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
  };
  const ending =
    reason === undefined
      ? { status: 'completed', usage: counts }
      : { status: 'incomplete', incomplete_details: { reason }, usage: counts };
  frames.push(...answer.pause('end'), named({ type: `response.${ending.status}`, response: response(ending) }));
  return frames;
}

function spellChat(answer, serial) {
  const chunk = (rest) => ({
    data: { id: `chatcmpl-${serial}`, object: 'chat.completion.chunk', created: 1, model: MODEL, ...rest },
  });
  const choice = (delta, finish_reason = null) => chunk({ choices: [{ index: 0, delta, finish_reason }] });
  const finishes = { refusal: 'content_filter', pause: 'stop' };
  const { usage } = answer;
  return [
    ...answer.pause('start'),
    choice({ role: 'assistant', content: '' }),
    ...withPause(
      answer.thoughts.map((reasoning_content) => choice({ reasoning_content })),
      answer.pause('thought'),
    ),
    ...withPause(
      answer.text.map((content) => choice({ content })),
      answer.pause('text'),
    ),
    ...answer.calls.flatMap((call, index) => [
      choice({ tool_calls: [{ index, id: call.id, type: 'function', function: { name: call.name, arguments: '' } }] }),
      ...withPause(
        halves(call.json).map((half) => choice({ tool_calls: [{ index, function: { arguments: half } }] })),
        answer.pause('arguments'),
      ),
    ]),
    ...answer.pause('end'),
    choice({}, finishes[answer.finish] ?? answer.finish),
    chunk({
      choices: [],
      usage: {
        prompt_tokens: usage.input + (usage.cache_read ?? 0),
        completion_tokens: usage.output,
        total_tokens: usage.input + (usage.cache_read ?? 0) + usage.output,
        prompt_tokens_details: { cached_tokens: usage.cache_read ?? 0 },
        completion_tokens_details: { reasoning_tokens: usage.reasoning ?? 0 },
      },
    }),
    { data: '[DONE]' },
  ];
}
