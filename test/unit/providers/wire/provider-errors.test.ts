import { expect, test } from 'vitest';
import { toProviderError } from '../../../../src/providers/wire/provider-errors.ts';
import { ServiceFailure } from '../../../../src/providers/wire/service-failure.ts';

test('a service that refuses a request without a key says where one would be put', () => {
  const refused = new ServiceFailure({ status: 401, message: 'no key' });
  const endpoint = { name: 'mine', base_url: 'https://models.example' };
  const { details } = toProviderError(refused, { endpoint, is_streaming: false });
  expect(details).toMatchObject({
    kind: 'auth',
    suggested_action: 'Set providers.mine.key in the config file; agent-chat doctor shows what is found.',
  });
});
