import fc from 'fast-check';
import { expect, test } from 'vitest';
import { foldConversation } from '../../src/conversation.ts';
import type { AgentMessage, UserMessage } from '../../src/messages.ts';
import type { ModelRequest } from '../../src/providers/provider.ts';
import { checkPromises } from '../helpers/check-promises.ts';
import { settled } from '../helpers/fake-clock.ts';
import { type Run, startRun, summaryOf } from '../helpers/run-agent.ts';
import { script, scriptedProvider } from '../helpers/scripted-provider.ts';
import { type MessagePlan, type RunPlan, runPlan, scriptOf } from './agent-plan.ts';
import { plain, referenceStates } from './agent-reference.ts';

/** `AGENT_CHAT_RUNS=20000 npx vitest run test/property/agent` is the long form. */
const RUNS = Number(process.env.AGENT_CHAT_RUNS ?? 300);

test(`any run keeps the promises and the conversation (${RUNS} runs)`, { timeout: 3_600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(runPlan, async (plan) => {
      const run = start(plan);
      await play(run, plan.messages);
      const log = await run.end();
      expect([run.provider.late, run.tools.late]).toEqual([0, []]);
      expect(fatesOf(log)).toEqual(expectedFates(plan.messages));
      expect(new Set(run.tools.runs).size).toBe(run.tools.runs.length);
      expectConversation(log, run.provider.requests);
    }),
    { numRuns: RUNS },
  );
});

test('a session that was killed anywhere goes on from its log', { timeout: 3_600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(runPlan, fc.double({ min: 0, max: 1, noNaN: true }), async (plan, where) => {
      const run = start(plan);
      await play(run, plan.messages);
      const log = (await run.end()).slice(0, Math.ceil(where * run.log.length));
      const resumed = startRun(scriptedProvider(script().text('on')), {
        prompt: null,
        resume: { log },
        newId: freshIds(),
      });
      resumed.send({ type: 'text', content: 'go on' });
      await resumed.summary();
      const whole = [...log, ...resumed.log];
      expect(checkPromises(whole, { is_running: true })).toEqual([]);
      expect(plain(resumed.provider.requests[0]?.conversation ?? []).at(-1)).toBe('person go on');
      await resumed.agent.close();
    }),
    { numRuns: Math.ceil(RUNS / 5) },
  );
});

function start(plan: RunPlan): Run {
  const played = scriptedProvider(scriptOf(plan), { after: script().text('the end') });
  const window = plan.window === undefined ? {} : { context_limit: plan.window };
  return startRun(played, {
    prompt: 'said u1',
    models: {
      'scripted/one': { ...window, prices: { input: 1, output: 2 } },
      'scripted/small': { context_limit: 200, efforts: ['low'] },
    },
    limits: { max_turns: 12 },
  });
}

/** Sends what is planned when it is due, lets time pass, and answers whatever would wait for ever. */
async function play(run: Run, plans: readonly MessagePlan[]): Promise<void> {
  const waiting = [...plans].sort((left, right) => left.after - right.after);
  for (let round = 0; round < 2_000; round++) {
    for (let next = waiting[0]; next !== undefined && next.after <= run.log.length; next = waiting[0]) {
      waiting.shift();
      run.send(next.message);
      await Promise.resolve();
    }
    await (round % 2 === 0 ? Promise.resolve() : settled());
    if (round % 2 === 0) continue;
    if (isIdle(run.log)) {
      const next = waiting.shift();
      if (next === undefined) return;
      run.send(next.message);
      continue;
    }
    const before = run.log.length;
    await settled();
    if (run.log.length > before) continue;
    const asked = openApproval(run.log);
    if (asked !== undefined) run.send({ type: 'approve', tool_call_id: asked, decision: 'deny' });
    else if (!(await run.clock.skip())) throw new Error(`stuck:\n${summaryOf(run.log).join('\n')}`);
  }
  throw new Error(`no end:\n${summaryOf(run.log).join('\n')}`);
}

function isIdle(log: readonly AgentMessage[]): boolean {
  const last = (type: AgentMessage['type']): number => log.findLastIndex((message) => message.type === type);
  return (
    last('done') >= last('turn_started') && last('context_compaction_result') >= last('context_compaction_started')
  );
}

function openApproval(log: readonly AgentMessage[]): string | undefined {
  const open = new Set<string>();
  for (const message of log) {
    if (message.type === 'approval_requested') open.add(message.tool_call_id);
    if (message.type === 'approval_resolved') open.delete(message.tool_call_id);
  }
  return [...open][0];
}

/** How often each typed text has come to an end: it must be once. */
function fatesOf(log: readonly AgentMessage[]): Record<string, number> {
  const fates: Record<string, number> = {};
  const count = (id: string): void => {
    fates[id] = (fates[id] ?? 0) + 1;
  };
  for (const message of log) {
    if (message.type === 'turn_started') count(message.input.id);
    if (message.type === 'user_steered' || message.type === 'user_message_returned') count(message.id);
  }
  return fates;
}

function expectedFates(plans: readonly MessagePlan[]): Record<string, number> {
  const texts = plans.map(({ message }) => message).filter((message: UserMessage) => message.type === 'text');
  return Object.fromEntries([['u1', 1], ...texts.map(({ id }) => [id, 1])]);
}

/** Every request shows a state that the conversation went through, in order, and the fold ends where it should. */
function expectConversation(log: readonly AgentMessage[], requests: readonly ModelRequest[]): void {
  const states = referenceStates(log).map((state) => JSON.stringify(state));
  let position = 0;
  for (const { conversation, system } of requests) {
    if (system !== 'You are a test.') continue;
    const sent = JSON.stringify(plain(conversation));
    const found = states.indexOf(sent, position);
    if (found < 0) expect.fail(`was sent: ${sent}\nbut is now: ${states[position]}`);
    position = found;
  }
  expect(JSON.stringify(plain(foldConversation(log).messages))).toBe(states.at(-1));
}

function freshIds(): () => string {
  let count = 0;
  return () => `r${++count}`;
}
