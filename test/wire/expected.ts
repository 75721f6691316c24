// What a capture holds, read from its raw events in the plainest way, and without any of the program's own code.
import type { Protocol } from '../helpers/model-server/answers.mjs';

// biome-ignore lint/suspicious/noExplicitAny: raw JSON of many services
type Raw = any;

export interface Expected {
  text: string;
  thought: string;
  signatures: string[];
  calls: [string, unknown][];
  usage: object | undefined;
  finish: string;
}

/** Gives what a capture must fold into; undefined when it is no stream of its protocol at all. */
export function expectedOf(protocol: Protocol, events: readonly Raw[]): Expected | undefined {
  return { anthropic: fromAnthropic, responses: fromResponses, chat: fromChat }[protocol](events);
}

function fromAnthropic(events: readonly Raw[]): Expected | undefined {
  const deltas = (type: string) => events.filter((event) => event.delta?.type === type).map((event) => event.delta);
  const counts: Raw = {};
  for (const usage of [
    events.find((event) => event.type === 'message_start')?.message.usage,
    ...events.map((e) => e.usage),
  ]) {
    for (const [name, value] of Object.entries(usage ?? {})) if (value !== null) counts[name] = value;
  }
  const stops: Raw = {
    end_turn: 'stop',
    tool_use: 'tool_calls',
    max_tokens: 'length',
    refusal: 'refusal',
    pause_turn: 'pause',
  };
  const stop = events.findLast((event) => event.type === 'message_delta')?.delta.stop_reason;
  return {
    text: events
      .map((e) => (e.type === 'content_block_start' ? (e.content_block.text ?? '') : (e.delta?.text ?? '')))
      .join(''),
    thought: deltas('thinking_delta')
      .map((delta) => delta.thinking)
      .join(''),
    signatures: deltas('signature_delta').map((delta) => delta.signature),
    calls: anthropicCalls(events),
    usage: {
      input_tokens: counts.input_tokens,
      output_tokens: counts.output_tokens,
      ...(counts.cache_read_input_tokens === undefined ? {} : { cache_read_tokens: counts.cache_read_input_tokens }),
      ...(counts.cache_creation_input_tokens === undefined
        ? {}
        : { cache_creation_tokens: counts.cache_creation_input_tokens }),
      ...(counts.output_tokens_details ? { reasoning_tokens: counts.output_tokens_details.thinking_tokens } : {}),
    },
    finish: stops[stop],
  };
}

/** The calls that were closed before the service began anew or ended. */
function anthropicCalls(events: readonly Raw[]): [string, unknown][] {
  const open = new Map<number, { name: string; json: string }>();
  const calls: [string, unknown][] = [];
  for (const event of events) {
    if (event.type === 'message_start') open.clear();
    if (event.content_block?.type === 'tool_use') open.set(event.index, { name: event.content_block.name, json: '' });
    const call = open.get(event.index);
    if (call !== undefined && event.delta?.type === 'input_json_delta') call.json += event.delta.partial_json;
    if (call !== undefined && event.type === 'content_block_stop') {
      calls.push([call.name, JSON.parse(call.json || '{}')]);
      open.delete(event.index);
    }
  }
  return calls;
}

function fromResponses(events: readonly Raw[]): Expected | undefined {
  const last = events.findLast((event) => /^response\.(completed|incomplete)$/.test(event.type));
  if (last === undefined) return undefined;
  const { usage } = last.response;
  const done = events.filter((event) => event.type === 'response.output_item.done').map((event) => event.item);
  const reasoning = done.filter((item) => item.type === 'reasoning');
  const calls = done.filter((item) => item.type === 'function_call');
  const cached = usage?.input_tokens_details?.cached_tokens;
  const written = usage?.input_tokens_details?.cache_write_tokens;
  const thinking = usage?.output_tokens_details?.reasoning_tokens;
  return {
    text: events
      .filter((event) => event.type === 'response.output_text.delta' || event.type === 'response.refusal.delta')
      .map((event) => event.delta)
      .join(''),
    thought: reasoning
      .map((item) =>
        [...item.summary, ...(item.summary.length > 0 ? [] : (item.content ?? []))]
          .map((part: Raw) => part.text)
          .join('\n\n'),
      )
      .join(''),
    signatures: reasoning
      .filter((item) => item.encrypted_content)
      .map(({ id, encrypted_content }) => JSON.stringify({ id, encrypted_content })),
    calls: calls.map((item) => [item.name, JSON.parse(item.arguments)]),
    usage: usage && {
      input_tokens: usage.input_tokens - (cached ?? 0) - (written ?? 0),
      output_tokens: usage.output_tokens,
      ...(cached === undefined ? {} : { cache_read_tokens: cached }),
      ...(written === undefined ? {} : { cache_creation_tokens: written }),
      ...(thinking === undefined ? {} : { reasoning_tokens: thinking }),
    },
    finish: calls.length > 0 ? 'tool_calls' : 'stop',
  };
}

function fromChat(events: readonly Raw[]): Expected | undefined {
  if (!events.some((event) => event.choices !== undefined)) return undefined;
  const choices = events.map((event) => event.choices?.[0]);
  const deltas = choices.map((choice) => choice?.delta ?? {});
  const parts = deltas.flatMap((delta) => (Array.isArray(delta.content) ? delta.content : []));
  const pieces = deltas.flatMap((delta) => delta.tool_calls ?? []);
  const names = new Map<string, { name: string; json: string }>();
  for (const piece of pieces) {
    const call = names.get(String(piece.index)) ?? { name: '', json: '' };
    names.set(String(piece.index), call);
    call.name ||= piece.function?.name ?? '';
    call.json += piece.function?.arguments ?? '';
  }
  const usage = events.findLast((event) => event.usage)?.usage;
  const reason = choices.findLast((choice) => choice?.finish_reason)?.finish_reason;
  return {
    text:
      deltas.map((delta) => (typeof delta.content === 'string' ? delta.content : '')).join('') +
      parts.map((part) => part.text ?? '').join(''),
    thought:
      deltas.map((delta) => delta.reasoning_content ?? delta.reasoning ?? '').join('') +
      parts.flatMap((part) => part.thinking?.map((inner: Raw) => inner.text) ?? []).join(''),
    signatures: [],
    calls: [...names.values()].map(({ name, json }) => [name, JSON.parse(json || '{}')]),
    usage: usage && chatCounts(usage),
    finish: names.size > 0 ? 'tool_calls' : reason === 'length' ? 'length' : 'stop',
  };
}

function chatCounts(usage: Raw): object {
  const cached = usage.prompt_tokens_details?.cached_tokens;
  const written = usage.prompt_tokens_details?.cache_write_tokens;
  const thinking = usage.completion_tokens_details?.reasoning_tokens ?? usage.reasoning_tokens;
  // xAI counts thoughts beside the output, everybody else in it.
  const isBeside = thinking > 0 && usage.total_tokens === usage.prompt_tokens + usage.completion_tokens + thinking;
  return {
    input_tokens: usage.prompt_tokens - (cached ?? 0) - (written ?? 0),
    output_tokens: usage.completion_tokens + (isBeside ? thinking : 0),
    ...(cached === undefined ? {} : { cache_read_tokens: cached }),
    ...(written === undefined ? {} : { cache_creation_tokens: written }),
    ...(thinking === undefined ? {} : { reasoning_tokens: thinking }),
  };
}
