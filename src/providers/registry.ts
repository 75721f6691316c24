import { assertNever } from '../messages.ts';
import type { Endpoint } from './endpoint.ts';
import type { Provider, WireProtocol } from './provider.ts';

/** Makes the provider for an endpoint. Each protocol's adapter is loaded when it is first needed. */
export async function createProvider(protocol: Exclude<WireProtocol, 'script'>, endpoint: Endpoint): Promise<Provider> {
  switch (protocol) {
    case 'anthropic-messages': {
      const { createAnthropicMessagesProvider } = await import('./anthropic/anthropic-messages.ts');
      return createAnthropicMessagesProvider(endpoint);
    }
    case 'openai-responses': {
      if (endpoint.may_lack_responses === true) {
        const { createOpenAIEitherProvider } = await import('./openai/openai-either.ts');
        return createOpenAIEitherProvider(endpoint);
      }
      const { createOpenAIResponsesProvider } = await import('./openai/openai-responses.ts');
      return createOpenAIResponsesProvider(endpoint);
    }
    case 'openai-chat': {
      const { createOpenAIChatProvider } = await import('./openai/openai-chat.ts');
      return createOpenAIChatProvider(endpoint);
    }
    default:
      return assertNever(protocol);
  }
}
