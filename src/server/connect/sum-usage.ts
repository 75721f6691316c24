import type { TokenUsage } from '../../messages.ts';
import type { RemoteUsage } from './remote-event.ts';

/** Adds one entry of a run's usage; cached tokens stand beside the input here, not in it. */
export function sumUsage(usage: TokenUsage, entry: RemoteUsage): TokenUsage {
  const cached = entry.cached ?? 0;
  const written = entry.written ?? 0;
  const add = (name: 'cache_read_tokens' | 'cache_creation_tokens' | 'reasoning_tokens', value: number | undefined) =>
    value === undefined && usage[name] === undefined ? {} : { [name]: (usage[name] ?? 0) + (value ?? 0) };
  return {
    input_tokens: usage.input_tokens + Math.max(0, entry.input - cached - written),
    output_tokens: usage.output_tokens + entry.output,
    ...add('cache_read_tokens', entry.cached),
    ...add('cache_creation_tokens', entry.written),
    ...add('reasoning_tokens', entry.reasoning),
  };
}
