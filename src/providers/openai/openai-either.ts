import type { Endpoint } from '../endpoint.ts';
import { type Provider, ProviderError } from '../provider.ts';
import { createOpenAIChatProvider } from './openai-chat.ts';
import { createOpenAIResponsesProvider } from './openai-responses.ts';

/**
 * Makes the provider for a server at an address of one's own that is to speak as OpenAI does. Most speak Chat
 * Completions alone: where there is no Responses, that is asked instead, and from then on at once.
 */
export function createOpenAIEitherProvider(endpoint: Endpoint): Provider {
  const responses = createOpenAIResponsesProvider(endpoint);
  const chat = createOpenAIChatProvider(endpoint);
  let hasResponses = true;
  return {
    name: endpoint.name,
    protocol: 'openai-responses',
    stream: async function* (request, signal) {
      if (hasResponses) {
        try {
          return yield* responses.stream(request, signal);
        } catch (error) {
          if (!isPathMissing(error)) throw error;
        }
      }
      try {
        hasResponses = false;
        yield* chat.stream(request, signal);
      } catch (error) {
        hasResponses = isPathMissing(error);
        throw error;
      }
    },
  };
}

const MISSING: ReadonlySet<number | undefined> = new Set([404, 405, 501]);

/** A service also answers 404 for a model that it does not have. LM Studio answers 200 and says what it did not expect. */
function isPathMissing(error: unknown): boolean {
  if (!(error instanceof ProviderError)) return false;
  const { status, message } = error.details;
  return (MISSING.has(status) && !/\bmodel\b/i.test(message)) || /unexpected endpoint/i.test(message);
}
