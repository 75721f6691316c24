import { expect, test } from 'vitest';
import { startRun, summaryOf } from '../../helpers/run-agent.ts';
import { script, scriptedProvider } from '../../helpers/scripted-provider.ts';

const turn = () =>
  script()
    .thought('hm', 'signed')
    .text('let me ', 'see')
    .toolCall('say', { text: 'a' })
    .toolCall('flood')
    .usage({})
    .error('overloaded', { retry_after_ms: 0 })
    .toolCall('say', { text: 'b' })
    .toolCall('list_files')
    .text('all ', 'fine');

/** Starts the turn and lets so many steps of the microtask queue pass. */
async function after(steps: number) {
  const run = startRun(scriptedProvider(turn(), { after: script().text('more') }), { limits: { retry_base_ms: 0 } });
  for (let step = 0; step < steps; step++) await Promise.resolve();
  return run;
}

test('a cancel at any step ends the turn that runs, and nothing starts any more', async () => {
  let cancelled = 0;
  for (let steps = 0; steps < 600; steps++) {
    const run = await after(steps);
    run.send({ type: 'text', id: 'm1', content: 'typed' });
    run.send({ type: 'cancel' });
    await run.summary();
    const log = await run.end();
    // A text that was accepted came while the first turn ran, so the cancel meant that turn; else it began another.
    const wasRunning = log.some(({ type }) => type === 'user_message_accepted');
    const ends = log.flatMap((message) => (message.type === 'done' ? [message.status] : []));
    expect({ steps, ends }).toEqual({ steps, ends: wasRunning ? ['cancelled'] : ['completed', 'cancelled'] });
    expect({ steps, late: [run.provider.late, run.tools.late] }).toEqual({ steps, late: [0, []] });
    if (wasRunning) cancelled++;
    else if (steps > cancelled + 20) return;
  }
  expect.fail('the turn never ended');
});

test('a clear at any step leaves an empty conversation that can be restored', async () => {
  for (let steps = 0; steps < 250; steps += 5) {
    const run = await after(steps);
    run.send({ type: 'clear_context' });
    run.send({ type: 'text', content: 'anew' });
    const says = await run.summary();
    const request = run.provider.requests.at(-1);
    expect({ steps, first: request?.conversation[0] }).toMatchObject({ steps, first: { content: 'anew' } });
    expect(says).toContain('context_cleared');
    run.send({ type: 'restore_context' });
    // Where nothing of an answer had come, there is nothing to restore: the words went back to their author.
    const cleared = says.indexOf('context_cleared');
    const before = says.slice(says.findLastIndex((line) => line.startsWith('retrying')) + 1, cleared);
    const isAnswered = before.some((line) => /^(text|thought|tool_call) /.test(line));
    expect((await run.summary()).at(-1)).toBe(isAnswered ? 'context_restored' : 'system_warning');
    await run.end();
  }
});

test('a steer, a switch and a compaction at any step are neither lost nor doubled', async () => {
  for (let steps = 0; steps < 250; steps += 3) {
    const run = await after(steps);
    run.send({ type: 'text', id: 'm1', content: 'typed' });
    run.send({ type: 'switch_model', model: 'scripted/two' });
    run.send({ type: 'compact' });
    await run.summary();
    const ends = run.log.filter(
      (message) =>
        (message.type === 'user_steered' && message.id === 'm1') ||
        (message.type === 'turn_started' && message.input.id === 'm1'),
    );
    expect({ steps, count: ends.length, log: summaryOf(run.log) }).toMatchObject({ steps, count: 1 });
    expect(run.log.filter(({ type }) => type === 'model_switched')).toHaveLength(1);
    await run.end();
  }
});
