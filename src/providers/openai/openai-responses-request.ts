import type { ResponseCreateParamsStreaming } from 'openai/resources/responses/responses';
import type { Endpoint } from '../endpoint.ts';
import { toResponsesInput } from '../history/convert-history.ts';
import type { ModelRequest } from '../provider.ts';

/** What a service was found to refuse; the request is made without it. */
export interface ResponsesQuirks {
  readonly has_no_effort?: boolean;
  readonly has_no_summary?: boolean;
  readonly has_no_encrypted_reasoning?: boolean;
  readonly has_no_cache_key?: boolean;
  readonly has_no_output_limit?: boolean;
}

/** OpenAI refuses longer keys. */
const CACHE_KEY_CHARS = 64;

/** Makes the body of a request to OpenAI Responses. Nothing is stored there: what was thought travels encrypted. */
export function responsesBody(
  request: ModelRequest,
  endpoint: Endpoint,
  quirks: ResponsesQuirks = {},
): ResponseCreateParamsStreaming {
  const { model, system, tools, max_output_tokens } = request;
  const { messages } = toResponsesInput(request.conversation, { model, dialect: endpoint.dialect });
  const canReason = model.efforts === undefined || model.efforts.length > 0;
  const isEncrypted = !(endpoint.dialect?.has_no_encrypted_reasoning ?? quirks.has_no_encrypted_reasoning ?? false);
  return {
    model: model.id,
    stream: true,
    store: false,
    input: messages,
    ...(system === '' ? {} : { instructions: system }),
    ...(tools.length === 0 ? {} : { tools: toolsOf(request) }),
    ...(max_output_tokens === undefined || quirks.has_no_output_limit ? {} : { max_output_tokens }),
    ...(canReason && isEncrypted ? { include: ['reasoning.encrypted_content'] } : {}),
    ...(canReason ? reasoningFor(request, quirks) : {}),
    ...(quirks.has_no_cache_key ? {} : { prompt_cache_key: request.session_id.slice(0, CACHE_KEY_CHARS) }),
  };
}

function toolsOf({ tools }: ModelRequest): NonNullable<ResponseCreateParamsStreaming['tools']> {
  return tools.map(({ name, description, parameters }) => ({
    type: 'function',
    name,
    description,
    parameters: { ...parameters },
    strict: false,
  }));
}

function reasoningFor(
  { model, effort }: ModelRequest,
  quirks: ResponsesQuirks,
): Pick<ResponseCreateParamsStreaming, 'reasoning'> {
  const isKnown = model.efforts !== undefined;
  const reasoning = {
    ...(effort === undefined || quirks.has_no_effort ? {} : { effort }),
    // A model of which nothing is known may refuse to be asked for what it thought.
    ...(quirks.has_no_summary || effort === 'none' || !(isKnown || effort !== undefined)
      ? {}
      : { summary: 'auto' as const }),
  };
  return Object.keys(reasoning).length === 0 ? {} : { reasoning };
}
