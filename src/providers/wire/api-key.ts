import type { Endpoint } from '../endpoint.ts';
import { ProviderError } from '../provider.ts';

/**
 * Gives the endpoint's key and token, trimmed. Throws for one that no header can carry, without repeating it: `fetch`
 * would throw an error that contains the whole key.
 */
export function checkedKeys(endpoint: Endpoint): { readonly key?: string; readonly auth_token?: string } {
  const key = checked(endpoint.key, endpoint);
  const auth_token = checked(endpoint.auth_token, endpoint);
  return { ...(key === undefined ? {} : { key }), ...(auth_token === undefined ? {} : { auth_token }) };
}

function checked(value: string | undefined, { name, key_source }: Endpoint): string | undefined {
  const trimmed = value?.trim();
  if (trimmed === undefined || trimmed === '') return undefined;
  const flaw = flawOf(trimmed);
  if (flaw === undefined) return trimmed;
  throw new ProviderError({
    kind: 'auth',
    message: `The key for ${name}${key_source === undefined ? '' : ` from ${key_source}`} contains ${flaw}`,
    retryable: false,
    suggested_action: 'Copy the key again, in one line and without anything around it.',
  });
}

function flawOf(key: string): string | undefined {
  if (/[\r\n]/.test(key)) return 'a line break';
  if (/\s/.test(key)) return 'a space';
  if (/[\x00-\x1f\x7f]/.test(key)) return 'a control character';
  return /[^\x21-\x7e]/.test(key) ? 'a character that is not ASCII' : undefined;
}
