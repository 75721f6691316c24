import type { ModelAnswer, Protocol } from '../model-server/answers.mjs';
import {
  type ModelServer,
  type ModelServerRequest,
  type RawAnswer,
  startModelServer,
} from '../model-server/model-server.ts';
import { checkAnthropic } from './check-anthropic.ts';
import { checkChat } from './check-chat.ts';
import { checkResponses } from './check-responses.ts';
import { createIssuedThoughts, type Refusal } from './refusal.ts';
import type { StrictOptions } from './start-strict-service.ts';

const CHECKS = { anthropic: checkAnthropic, responses: checkResponses, chat: checkChat };
const MODELS: StrictOptions['models'] = {
  'claude-opus-5-5': {
    output_limit: 128_000,
    has_vision: true,
    efforts: ['low', 'medium', 'high', 'xhigh', 'max'],
    thinking: 'adaptive',
  },
  'gpt-6-sol': { output_limit: 128_000, has_vision: true, efforts: ['none', 'low', 'medium', 'high', 'xhigh'] },
  'gpt-5': { output_limit: 128_000, has_vision: true, efforts: ['low', 'medium', 'high'] },
};

/** The model of each service, as the program names it. */
export const STRICT_NAMES: Readonly<Record<Protocol, string>> = {
  anthropic: 'anthropic/claude-opus-5-5',
  responses: 'openai/gpt-6-sol',
  chat: 'plain/gpt-5',
};

/** Three services that refuse what the real ones refuse, and can wait anywhere in an answer. */
export interface PausingServices {
  readonly servers: Readonly<Record<Protocol, ModelServer>>;
  /** What was refused, with the reason; empty when every request was valid. */
  readonly refusals: readonly Refusal[];
  /** Variables and config that lead the program to them. */
  readonly env: Readonly<Record<string, string>>;
  readonly config: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

/** Starts them. What one of them thought counts as signed by it. */
export async function startPausingServices(
  answer: (request: ModelServerRequest, protocol: Protocol) => ModelAnswer | RawAnswer,
): Promise<PausingServices> {
  const refusals: Refusal[] = [];
  const world = { models: MODELS, issued: createIssuedThoughts() };
  const start = (protocol: Protocol): Promise<ModelServer> =>
    startModelServer({
      protocol,
      script: (request, index) => {
        const refused = CHECKS[protocol](request.body, world);
        if (refused !== undefined) {
          refusals.push(refused);
          const headers = { 'content-type': 'application/json' };
          return { status: refused.status, headers, bytes: JSON.stringify(refused.body) };
        }
        const answered = answer(request, protocol);
        if (protocol !== 'chat' && !('bytes' in answered) && answered.thoughts !== undefined) {
          const text = [answered.thoughts].flat().join('');
          const model = String(request.body.model);
          const signature = protocol === 'anthropic' ? `signature-${index + 1}` : `encrypted-${index + 1}`;
          world.issued.issue(signature, { model, text });
        }
        return answered;
      },
    });
  const [anthropic, responses, chat] = await Promise.all([start('anthropic'), start('responses'), start('chat')]);
  return {
    servers: { anthropic, responses, chat },
    refusals,
    env: {
      ANTHROPIC_API_KEY: 'sk-ant-of-anthropic-0123456789',
      ANTHROPIC_BASE_URL: anthropic.base_url,
      OPENAI_API_KEY: 'sk-of-openai-0123456789',
      OPENAI_BASE_URL: responses.base_url,
    },
    config: { providers: { plain: { base_url: chat.base_url, models: ['gpt-5'] } } },
    close: async () => {
      await Promise.all([anthropic, responses, chat].map((server) => server.close()));
    },
  };
}
