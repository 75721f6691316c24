import { REASONING_EFFORTS } from '../../messages.ts';
import type { ModelInfo, Provider } from '../provider.ts';
import { playResponse } from '../script/play-steps.ts';
import { planResponse } from './plan-response.ts';

/** What is known of the demo: it costs nothing and can be asked at every effort. */
export const DEMO_MODEL: ModelInfo = {
  name: 'demo/demo',
  provider: 'demo',
  id: 'demo',
  protocol: 'script',
  context_limit: 32_000,
  output_limit: 16_000,
  prices: { input: 0, output: 0 },
  has_vision: false,
  efforts: REASONING_EFFORTS,
  is_local: true,
};

export interface DemoOptions {
  /** Between two pieces of text, in milliseconds: about 15 reads like a model, 0 is for pipes. */
  readonly delay_ms: number;
}

/** Makes the demo: a script that understands a few plain requests and drives the real agent and its tools. */
export function createDemoProvider(options: DemoOptions): Provider {
  return {
    name: 'demo',
    protocol: 'script',
    stream: (request, signal) => {
      const earlier = request.conversation.reduce(
        (count, message) => count + (message.role === 'tool' ? message.results.length : 0),
        0,
      );
      return playResponse(planResponse(request), {
        request,
        signal,
        delay_ms: options.delay_ms,
        callId: (index) => `demo_${earlier + index}`,
      });
    },
  };
}
