import { describe, expect, test } from 'vitest';
import { checkAnthropic } from '../../../helpers/strict-services/check-anthropic.ts';
import { checkChat } from '../../../helpers/strict-services/check-chat.ts';
import { checkResponses } from '../../../helpers/strict-services/check-responses.ts';
import { createIssuedThoughts, type StrictModel } from '../../../helpers/strict-services/refusal.ts';

const models: Readonly<Record<string, StrictModel>> = {
  wise: { output_limit: 1000, has_vision: true, efforts: ['low', 'high'], thinking: 'adaptive' },
  plain: { output_limit: 1000, has_vision: false, efforts: [], thinking: 'none' },
  budget: { output_limit: 9000, has_vision: true, efforts: [], thinking: 'budget' },
};
const issued = createIssuedThoughts();
issued.issue('good', { model: 'wise', text: 'hm' });
const world = { models, issued };

const say = { role: 'user', content: 'hi' };
const use = (id: string) => ({ type: 'tool_use', id, name: 'x', input: {} });
const result = (id: string) => ({ type: 'tool_result', tool_use_id: id, content: 'ok' });
const asks = (...content: unknown[]) => ({ role: 'assistant', content });
const gives = (...content: unknown[]) => ({ role: 'user', content });
const image = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAA' } };

describe('the strict stand-in of Anthropic Messages', () => {
  const base = { model: 'wise', max_tokens: 100, messages: [say] };
  const thinking = { type: 'thinking', thinking: 'hm', signature: 'good' };

  test('takes a sound request', () => {
    const messages = [say, asks(thinking, use('a')), gives(result('a'))];
    expect(checkAnthropic({ ...base, messages }, world)).toBeUndefined();
  });

  test.each<[string, object, RegExp]>([
    ['an unknown model', { model: 'x' }, /^model: x$/],
    ['too many tokens', { max_tokens: 1001 }, /1001 > 1000, which is the maximum/],
    ['roles out of order', { messages: [say, say] }, /roles must alternate/],
    ['an assistant first', { messages: [asks(use('a'))] }, /first message must use the "user" role/],
    [
      'a call without its result',
      { messages: [say, asks(use('a')), gives({ type: 'text', text: 'x' })] },
      /without `tool_result`/,
    ],
    ['a result without its call', { messages: [gives(result('a'))] }, /unexpected `tool_use_id`/],
    [
      'text before a result',
      { messages: [say, asks(use('a')), gives({ type: 'text', text: 'x' }, result('a'))] },
      /without `tool_result`/,
    ],
    [
      'an id too long',
      { messages: [say, asks(use('a'.repeat(65))), gives(result('a'.repeat(65)))] },
      /String should match pattern/,
    ],
    [
      'an id with a bad character',
      { messages: [say, asks(use('a.b')), gives(result('a.b'))] },
      /String should match pattern/,
    ],
    ['an id used twice', { messages: [say, asks(use('a'), use('a')), gives(result('a'))] }, /ids must be unique/],
    [
      'an altered thought',
      { messages: [say, asks({ ...thinking, thinking: 'hmm' }, use('a')), gives(result('a'))] },
      /Invalid `signature`/,
    ],
    [
      'a foreign signature',
      { messages: [say, asks({ ...thinking, signature: 'x' }, use('a')), gives(result('a'))] },
      /Invalid `signature`/,
    ],
    ['a thought at the end', { messages: [say, asks(thinking), say] }, /final block/],
    ['empty content', { messages: [{ role: 'user', content: '' }] }, /non-empty content/],
    ['an empty text', { messages: [gives({ type: 'text', text: ' ' })] }, /non-whitespace/],
    ['an image for the blind', { model: 'plain', messages: [gives(image)] }, /does not support image/],
    [
      'an effort for a model without',
      { model: 'plain', output_config: { effort: 'low' } },
      /does not support the effort/,
    ],
    [
      'a budget where thinking is adaptive',
      { thinking: { type: 'enabled', budget_tokens: 50 } },
      /not supported for this model/,
    ],
    [
      'a tool loop without thought, with a budget',
      {
        model: 'budget',
        max_tokens: 5000,
        thinking: { type: 'enabled', budget_tokens: 2000 },
        messages: [say, asks(use('a')), gives(result('a'))],
      },
      /Expected `thinking`/,
    ],
    ['an answer to be carried on', { messages: [say, asks({ type: 'text', text: 'x' })] }, /prefill/],
    ['half of a surrogate pair', { messages: [{ role: 'user', content: 'a\ud83d' }] }, /not valid JSON/],
    ['a temperature', { temperature: 1 }, /temperature/],
  ])('refuses %s', (_, change, words) => {
    const refusal = checkAnthropic({ ...base, ...change }, world);
    expect(refusal?.body).toMatchObject({ type: 'error', error: { message: expect.stringMatching(words) } });
  });
});

describe('the strict stand-in of OpenAI Responses', () => {
  const base = { model: 'wise', input: [say] };
  const reasoning = { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: 'good' };
  const asked = (call_id: string) => ({ type: 'function_call', call_id, name: 'x', arguments: '{}' });
  const given = (call_id: string) => ({ type: 'function_call_output', call_id, output: 'ok' });

  test('takes a sound request', () => {
    expect(checkResponses({ ...base, input: [say, reasoning, asked('a'), given('a')] }, world)).toBeUndefined();
  });

  test.each<[string, object, RegExp]>([
    ['an unknown model', { model: 'x' }, /does not exist/],
    ['no input', { input: [] }, /Missing required parameter/],
    ['a call without its output', { input: [say, asked('a')] }, /No tool output found for function call a/],
    ['an output without its call', { input: [say, given('a')] }, /No tool call found/],
    ['an id too long', { input: [say, asked('a'.repeat(65)), given('a'.repeat(65))] }, /maximum length 64/],
    ['a foreign item id', { input: [say, { ...asked('a'), id: 'toolu_1' }, given('a')] }, /begins with 'fc'/],
    [
      'reasoning that is not its own',
      { input: [say, { ...reasoning, encrypted_content: 'x' }, asked('a'), given('a')] },
      /could not be verified/,
    ],
    ['reasoning that nothing follows', { input: [say, reasoning, say] }, /required following item/],
    ['empty content', { input: [{ role: 'user', content: '' }] }, /empty string/],
    [
      'what only people send',
      { input: [say, { role: 'assistant', content: [{ type: 'input_text', text: 'x' }] }] },
      /Invalid value/,
    ],
    [
      'an image for the blind',
      {
        model: 'plain',
        input: [{ role: 'user', content: [{ type: 'input_image', image_url: 'data:image/png;base64,AAAA' }] }],
      },
      /image_url is only supported/,
    ],
    ['an effort for a model without', { model: 'plain', reasoning: { effort: 'low' } }, /Unsupported parameter/],
    ['an effort that it lacks', { reasoning: { effort: 'xhigh' } }, /Supported values are: 'low', 'high'/],
    ['too many tokens', { max_output_tokens: 1001 }, /above maximum/],
  ])('refuses %s', (_, change, words) => {
    const refusal = checkResponses({ ...base, ...change }, world);
    expect(refusal?.body).toMatchObject({ error: { message: expect.stringMatching(words) } });
  });
});

describe('the strict stand-in of Chat Completions', () => {
  const base = { model: 'wise', messages: [say] };
  const asked = (id: string) => ({
    role: 'assistant',
    content: null,
    tool_calls: [{ id, type: 'function', function: { name: 'x', arguments: '{}' } }],
  });
  const given = (tool_call_id: string) => ({ role: 'tool', tool_call_id, content: 'ok' });

  test('takes a sound request', () => {
    const messages = [{ role: 'system', content: 's' }, say, asked('a'), given('a'), say];
    expect(checkChat({ ...base, messages }, world)).toBeUndefined();
  });

  test.each<[string, object, RegExp]>([
    ['an unknown model', { model: 'x' }, /does not exist/],
    ['roles out of order', { messages: [say, say] }, /must alternate/],
    ['a call without its result', { messages: [say, asked('a'), say] }, /did not have response messages: a/],
    ['a result without its call', { messages: [say, given('a')] }, /preceeding message/],
    ['an id too long', { messages: [say, asked('a'.repeat(41)), given('a'.repeat(41))] }, /maximum length 40/],
    ['empty content', { messages: [{ role: 'user', content: '' }] }, /empty string/],
    ['nothing at all from the assistant', { messages: [say, { role: 'assistant', content: null }, say] }, /got null/],
    [
      'an image for the blind',
      {
        model: 'plain',
        messages: [
          { role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } }] },
        ],
      },
      /image_url is only supported/,
    ],
    ['an effort for a model without', { model: 'plain', reasoning_effort: 'low' }, /Unsupported parameter/],
    ['too many tokens', { max_completion_tokens: 1001 }, /too large/],
  ])('refuses %s', (_, change, words) => {
    const refusal = checkChat({ ...base, ...change }, world);
    expect(refusal?.body).toMatchObject({ error: { message: expect.stringMatching(words) } });
  });

  test('refuses, as Mistral, other ids and a person right behind a result', () => {
    const messages = [say, asked('abc'), given('abc')];
    expect(checkChat({ ...base, messages }, world, { is_mistral: true })?.body).toMatchObject({
      error: { code: '3280' },
    });
    const spoken = [say, asked('abcdefghi'), given('abcdefghi'), say];
    expect(checkChat({ ...base, messages: spoken }, world, { is_mistral: true })?.body).toMatchObject({
      error: { code: '3230' },
    });
  });
});
