import { writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createModelCatalog } from '../../../../src/providers/catalog/catalog.ts';
import { ProviderError, type ProviderEvent, type ResolvedModel } from '../../../../src/providers/provider.ts';
import { readScript } from '../../../../src/providers/script/read-script.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

async function load(text: string, name = 'script.json'): Promise<ResolvedModel> {
  const cwd = await temporaryFolder();
  writeFileSync(join(cwd, name), text);
  return createModelCatalog({ environment: {}, cwd, demo: { delay_ms: 0 } }).resolve(`script:${name}`);
}

async function play(
  { provider, info }: ResolvedModel,
  signal = new AbortController().signal,
): Promise<ProviderEvent[]> {
  const conversation = [{ role: 'user', id: 'u', content: 'go', origin: 'person' } as const];
  const events: ProviderEvent[] = [];
  const request = { model: info, system: '', conversation, tools: [], session_id: 's' };
  for await (const event of provider.stream(request, signal)) events.push(event);
  return events;
}

describe('a script', () => {
  test('plays thoughts, text, calls and usage in their order, and finishes by what it did', async () => {
    const model = await load(`{
      // comments are fine
      "responses": [{
        "steps": [
          { "thought": "hm", "signature": "sig" },
          { "text": "abcd", "chunk_length": 2 },
          { "prompt_progress": { "processed": 1, "total": 2, "cached": 0, "time_ms": 3 } },
          { "tool_call": { "name": "x", "arguments": { "a": 1 }, "id": "c1" } },
          { "tool_call": { "name": "y", "arguments": "{broken", "chunk_length": 100 } },
        ],
        "usage": { "input_tokens": 5, "output_tokens": 6 },
      }],
    }`);
    expect(await play(model)).toEqual([
      { type: 'thought', chunk: 'hm' },
      { type: 'thought_end', signature: 'sig' },
      { type: 'text', chunk: 'ab' },
      { type: 'text', chunk: 'cd' },
      { type: 'text_end' },
      { type: 'prompt_progress', processed: 1, total: 2, cached: 0, time_ms: 3 },
      { type: 'tool_call', id: 'c1', name: 'x' },
      { type: 'tool_call_arguments', id: 'c1', chunk: '{"a":1}' },
      { type: 'tool_call_end', id: 'c1', arguments: '{"a":1}' },
      { type: 'tool_call', id: 'script_1_2', name: 'y' },
      { type: 'tool_call_arguments', id: 'script_1_2', chunk: '{broken' },
      { type: 'tool_call_end', id: 'script_1_2', arguments: '{broken' },
      { type: 'usage', usage: { input_tokens: 5, output_tokens: 6 } },
      { type: 'finish', reason: 'tool_calls' },
    ]);
  });

  test('fails, breaks off and goes on as it says, and says when it is over', async () => {
    const error = '{"steps":[{"error":{"kind":"rate_limit","status":429,"retry_after_ms":10}}]}';
    const model = await load([error, '["a",{"cut":true}]', '"last"', ''].join('\n'), 'script.jsonl');
    const failure: unknown = await play(model).catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(ProviderError);
    expect((failure as ProviderError).details).toMatchObject({
      kind: 'rate_limit',
      status: 429,
      retryable: true,
      retry_after_ms: 10,
    });
    await expect(play(model)).rejects.toMatchObject({ details: { kind: 'stream_interrupted' } });
    expect((await play(model))[0]).toEqual({ type: 'text', chunk: 'last' });
    const over = (await play(model)).flatMap((event) => (event.type === 'text' ? [event.chunk] : [])).join('');
    expect(over).toBe('The script has no more responses (script.jsonl has 3).');
  });

  test('streams the same piece as often as it is told to', async () => {
    const model = await load('[[{"text":"word ","repeat":5000}]]');
    const chunks = (await play(model)).filter((event) => event.type === 'text');
    expect(chunks).toHaveLength(5000);
  });

  test('says nothing while it stalls, and ends when it is cancelled', async () => {
    const model = await load('[["a",{"stall":true},"b"]]');
    const stop = new AbortController();
    const playing = play(model, stop.signal);
    setImmediate(() => stop.abort());
    expect(await playing).toEqual([{ type: 'text', chunk: 'a' }, { type: 'text_end' }]);
  });

  test('has the window that it says', async () => {
    expect((await load('{"context_limit":1000,"responses":["a"]}')).info.context_limit).toBe(1000);
  });

  test.each([
    ['{"responses": [', /wrong at line 1, column 16: this is not JSON/],
    ['', /is wrong at line 1, column 1/],
    ['{"responses": []}', /line 1, column 15: "responses"/],
    [
      '{\n  "responses": [{\n    "steps": [{ "txt": "a" }]\n  }]\n}',
      /line 3, column 15: a step has one of text, thought/,
    ],
    ['[\n  [{ "delay_ms": -1 }]\n]', /line 2, column 18: "delay_ms"/],
    ['[{ "steps": [], "finish": "never" }]', /line 1, column 27: "finish"/],
  ])('says in one line where %j is wrong', async (text, words) => {
    const failure: unknown = await load(text).catch((thrown: unknown) => thrown);
    expect((failure as Error).name).toBe('ModelNameError');
    expect((failure as Error).message).toMatch(words);
    expect((failure as Error).message).not.toContain('\n');
  });

  test('names the line of a mistake in JSON Lines, and a file that is not there', async () => {
    await expect(load('"a"\n\n{"steps":1}', 'a.jsonl')).rejects.toThrow(/a\.jsonl is wrong at line 3, column 10/);
    await expect(readScript('/nowhere/x.json')).rejects.toThrow(
      'Cannot read the script /nowhere/x.json: there is no such file.',
    );
  });

  test('plays the example of its documentation', async () => {
    const page = await readFile(new URL('../../../../docs/scripts.md', import.meta.url), 'utf8');
    const example = /```jsonc\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    const model = await load(example);
    const finish = (await play(model)).at(-1);
    expect(finish).toEqual({ type: 'finish', reason: 'tool_calls' });
  });
});
