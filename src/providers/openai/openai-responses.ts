import type { Endpoint } from '../endpoint.ts';
import type { Provider } from '../provider.ts';
import { learntQuirks } from '../wire/learnt-quirks.ts';
import type { ServiceFailure } from '../wire/service-failure.ts';
import { streamResponse } from '../wire/wire-call.ts';
import { createResponsesReader } from './openai-responses-reader.ts';
import { type ResponsesQuirks, responsesBody } from './openai-responses-request.ts';

/** Makes the provider for a service that speaks OpenAI Responses. */
export function createOpenAIResponsesProvider(endpoint: Endpoint): Provider {
  const quirks = learntQuirks<ResponsesQuirks>();
  return {
    name: endpoint.name,
    protocol: 'openai-responses',
    stream: (request, signal) =>
      streamResponse(
        {
          endpoint,
          createReader: createResponsesReader,
          send: async (fetch, attempt) => {
            const { createOpenAIClient } = await import('./openai-client.ts');
            const body = responsesBody(request, endpoint, quirks.get(request.model.id));
            return createOpenAIClient(endpoint, fetch)
              .post('/responses', { body, stream: true, signal: attempt })
              .asResponse();
          },
          adapt: (failure) => quirks.learn(request.model.id, lessonOf(failure)),
        },
        signal,
      ),
  };
}

/** Says what to leave out after a refusal; nothing when it was about something else. */
function lessonOf({ report }: ServiceFailure): ResponsesQuirks {
  const about = `${report.param ?? ''} ${report.message}`;
  if (!isAboutParameter(report.param, report.message)) return {};
  if (/reasoning\.summary|reasoning summar/i.test(about)) return { has_no_summary: true };
  if (/reasoning\.encrypted_content|\binclude\b/i.test(about)) return { has_no_encrypted_reasoning: true };
  if (/prompt_cache_key/i.test(about)) return { has_no_cache_key: true };
  if (/max_output_tokens/i.test(about)) return { has_no_output_limit: true };
  return /reasoning/i.test(about) ? { has_no_effort: true, has_no_summary: true } : {};
}

/** Complaints about the conversation itself name a place in `input`: nothing is to be left out then. */
function isAboutParameter(param: string | undefined, message: string): boolean {
  if (param?.startsWith('input') === true || /\bItem\b|encrypted content/.test(message)) return false;
  return (
    param !== undefined || /(unsupported|unknown|unrecognized|not supported|must be verified|invalid)/i.test(message)
  );
}
