import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { foldConversation } from '../../src/conversation.ts';
import type { AgentMessage } from '../../src/messages.ts';
import { createModelCatalog } from '../../src/providers/catalog/catalog.ts';
import { PIXEL_PNG } from '../helpers/pictures.ts';
import { startRealRun } from '../helpers/real-run.ts';
import { createIssuedThoughts } from '../helpers/strict-services/refusal.ts';
import { type StrictOptions, startStrictService } from '../helpers/strict-services/start-strict-service.ts';
import type { StrictAnswer } from '../helpers/strict-services/write-answers.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

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

/** The first request of a service asks for two files at once, later ones answer. */
function answer(_: unknown, number: number): StrictAnswer {
  const calls = ['a.txt', 'b.txt'].map((path) => ({ name: 'read_file', arguments: JSON.stringify({ path }) }));
  return number % 2 === 1
    ? { thought: `I look (${number}).`, text: 'One moment.', calls }
    : { thought: 'Now I know.', text: `Both are there (${number}).` };
}

async function startServices() {
  const issued = createIssuedThoughts();
  const [anthropic, responses, chat] = await Promise.all(
    (['anthropic', 'responses', 'chat'] as const).map((protocol) =>
      startStrictService(protocol, { models: MODELS, issued, answer }),
    ),
  );
  if (anthropic === undefined || responses === undefined || chat === undefined) throw new Error('unreachable');
  const services = { anthropic, responses, chat };
  onTestFinished(async () => {
    await Promise.all(Object.values(services).map((service) => service.close()));
  });
  const cwd = await temporaryFolder();
  writeFileSync(join(cwd, 'a.txt'), 'first\n');
  writeFileSync(join(cwd, 'b.txt'), 'second\n');
  const catalog = createModelCatalog({
    environment: {
      ANTHROPIC_API_KEY: 'test-key-of-anthropic',
      ANTHROPIC_BASE_URL: anthropic.base_url,
      OPENAI_API_KEY: 'test-key-of-openai',
      OPENAI_BASE_URL: responses.base_url,
    },
    providers: { plain: { base_url: chat.base_url, models: ['gpt-5'] } },
    models: { 'plain/gpt-5': { has_vision: true } },
    cwd,
    demo: { delay_ms: 0 },
    local: { is_searched: false },
  });
  return { ...services, catalog, cwd };
}

const NAMES = ['anthropic/claude-opus-5-5', 'openai/gpt-6-sol', 'plain/gpt-5'];

test.each(NAMES.flatMap((from) => NAMES.filter((to) => to !== from).map((to) => [from, to])))(
  'a switch from %s to %s in the middle of a tool batch is refused by nobody, and back again',
  async (from, to) => {
    const { catalog, cwd, ...services } = await startServices();
    const run = startRealRun({ catalog, model: from, cwd });
    const switchOnce = (target: string) => {
      let isSent = false;
      return (message: AgentMessage): void => {
        if (message.type !== 'tool_started' || isSent) return;
        isSent = true;
        run.agent.send({ type: 'switch_model', model: target });
      };
    };
    const there = await run.ask('read both', switchOnce(to));
    const back = await run.ask('once more', switchOnce(from));
    const log = await run.end();
    const refusals = [services.anthropic, services.responses, services.chat].flatMap((service) => service.refusals);
    expect(refusals).toEqual([]);
    expect([there.status, back.status]).toEqual(['completed', 'completed']);
    const texts = log.filter((message) => message.type === 'text' && message.is_complete);
    const writers = texts.map((message) => (message.type === 'text' ? message.model_name : ''));
    expect(new Set(writers)).toEqual(new Set([from, to]));
    const report = log.find((message) => message.type === 'model_switched');
    expect(report).toMatchObject({ previous: from, new: to, report: { thoughts_dropped: 1, cache_lost: true } });
  },
);

test.each(NAMES.flatMap((from) => NAMES.filter((to) => to !== from).map((to) => [from, to])))(
  'a picture that a tool showed %s is shown to %s too, and stays in the log',
  async (from, to) => {
    const { catalog, cwd, ...services } = await startServices();
    writeFileSync(join(cwd, 'a.txt'), PIXEL_PNG);
    const run = startRealRun({ catalog, model: from, cwd });
    await run.ask('read both');
    run.agent.send({ type: 'switch_model', model: to });
    const { status } = await run.ask('once more');
    const log = await run.end();
    const asked = [services.anthropic, services.responses, services.chat];
    expect(asked.flatMap((service) => service.refusals)).toEqual([]);
    expect(status).toBe('completed');
    const data = PIXEL_PNG.toString('base64');
    const showing = asked.filter(({ requests }) => JSON.stringify(requests).includes(data));
    expect(showing).toHaveLength(2);
    const shown = foldConversation(log).messages.flatMap((message) =>
      message.role === 'tool' ? message.results.flatMap(({ images = [] }) => images) : [],
    );
    expect(shown).toContainEqual({ type: 'image', media_type: 'image/png', data, name: 'a.txt' });
    expect(log.find((message) => message.type === 'model_switched')).toMatchObject({ report: { images_dropped: 0 } });
  },
);

test('a key that the service refuses is an error of kind auth that names where the key came from', async () => {
  const service = await startStrictService('anthropic', { models: MODELS, key: 'the-right-key' });
  onTestFinished(() => service.close());
  const cwd = await temporaryFolder();
  const environment = { ANTHROPIC_API_KEY: 'a-wrong-key-0123456789', ANTHROPIC_BASE_URL: service.base_url };
  const catalog = createModelCatalog({ environment, cwd, demo: { delay_ms: 0 }, local: { is_searched: false } });
  const run = startRealRun({ catalog, model: 'anthropic/claude-opus-5-5', cwd });
  await run.ask('hello');
  const log = await run.end();
  const error = log.find((message) => message.type === 'error');
  expect(error).toMatchObject({ kind: 'auth', status: 401, retryable: false });
  expect(JSON.stringify(log)).toContain('ANTHROPIC_API_KEY');
  expect(JSON.stringify(log)).not.toContain('a-wrong-key-0123456789');
});
