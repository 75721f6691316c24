import type { Endpoint } from '../endpoint.ts';
import type { Provider } from '../provider.ts';
import { learntQuirks } from '../wire/learnt-quirks.ts';
import type { ServiceFailure } from '../wire/service-failure.ts';
import { DONE, streamResponse } from '../wire/wire-call.ts';
import { fieldsOf, itemsOf } from '../wire/wire-fields.ts';
import { createChatReader } from './openai-chat-reader.ts';
import { type ChatQuirks, chatBody } from './openai-chat-request.ts';

/** Makes the provider for a service that speaks Chat Completions, OpenAI's own or a compatible one. */
export function createOpenAIChatProvider(endpoint: Endpoint): Provider {
  const quirks = learntQuirks<ChatQuirks>();
  return {
    name: endpoint.name,
    protocol: 'openai-chat',
    stream: (request, signal) =>
      streamResponse(
        {
          endpoint,
          eventsOf: wholeAnswer,
          createReader: (buffer) => createChatReader(buffer, endpoint.dialect ?? {}),
          send: async (fetch, attempt) => {
            const { createOpenAIClient } = await import('./openai-client.ts');
            const body = chatBody(request, endpoint, quirks.get(request.model.id));
            return createOpenAIClient(endpoint, fetch)
              .post('/chat/completions', { body, stream: true, signal: attempt })
              .asResponse();
          },
          adapt: (failure) => quirks.learn(request.model.id, lessonOf(failure)),
        },
        signal,
      ),
  };
}

/** Some servers ignore `stream` and give the answer in one piece: it is read as a stream of one event. */
function wholeAnswer(payload: unknown): readonly string[] | undefined {
  const [choice] = itemsOf(fieldsOf(payload).choices);
  return fieldsOf(choice).message === undefined ? undefined : [JSON.stringify(payload), DONE];
}

const ABOUT_PARAMETER =
  /(unsupported|unknown|unrecognized|unexpected|not supported|does not support|extra (inputs|fields)|not permitted|not allowed|invalid)/i;

/** Says what to leave out, or to call otherwise, after a refusal; nothing when it was about something else. */
function lessonOf({ report }: ServiceFailure): ChatQuirks {
  if (!ABOUT_PARAMETER.test(report.message)) return {};
  const about = `${report.param ?? ''} ${report.message}`;
  // The parameter that was refused is named first, the one to use instead behind it.
  const field = /max_completion_tokens|max_tokens/.exec(about)?.[0];
  if (field === 'max_tokens') return { max_tokens_field: 'max_completion_tokens' };
  if (field === 'max_completion_tokens') return { max_tokens_field: 'max_tokens' };
  if (/stream_options|include_usage/.test(about)) return { has_no_stream_options: true };
  if (/prompt_cache_key/.test(about)) return { has_no_cache_key: true };
  if (/return_progress/.test(about)) return { has_no_progress: true };
  const isAboutEffort = /reasoning_effort|reasoning\.effort|\breasoning\b|\bthinking\b|chat_template_kwargs/i.test(
    about,
  );
  return isAboutEffort && !/messages?[.[]/.test(about) ? { has_no_effort: true } : {};
}
