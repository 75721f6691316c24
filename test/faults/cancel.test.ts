import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import type { AgentMessage, AgentMessageOf } from '../../src/messages.ts';
import {
  answerAt,
  CANCEL_POINTS,
  type CancelPoint,
  processesLeftIn,
  reached,
  type Says,
} from '../helpers/cancel-points.ts';
import { checkPromises } from '../helpers/check-promises.ts';
import { PROTOCOLS, privateHome } from '../helpers/fault-run.ts';
import type { Protocol } from '../helpers/model-server/answers.mjs';
import { type Home, PROGRAM, readMessages, runProgram } from '../helpers/run-program.ts';
import {
  type PausingServices,
  STRICT_NAMES,
  startPausingServices,
} from '../helpers/strict-services/start-pausing-services.ts';

function homeFor({ config }: PausingServices): Home {
  const home = privateHome();
  const folder = join(home.env.XDG_CONFIG_HOME ?? '', 'agent-chat');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  return home;
}

/** The built program, asked and answered line by line. */
function converse(services: PausingServices, args: readonly string[]) {
  const home = homeFor(services);
  const env = { ...home.env, ...services.env };
  const child = spawn(process.execPath, [PROGRAM, ...args, '-o', 'stream-json'], { cwd: home.cwd, env });
  const ended = new Promise<number | null>((done) => child.once('close', done));
  const log: AgentMessage[] = [];
  let stderr = '';
  child.stderr.on('data', (data) => {
    stderr += data;
  });
  let start = 0;
  let look = (): void => {};
  createInterface({ input: child.stdout }).on('line', (line) => {
    log.push(JSON.parse(line) as AgentMessage);
    look();
  });
  const says: Says = (fits) =>
    new Promise((resolve, reject) => {
      look = () => {
        if (log.slice(start).some(fits)) resolve();
      };
      void ended.then(() => reject(new Error(`It ended: ${stderr} ${JSON.stringify(log.slice(-3))}`)));
      look();
    });
  return {
    home,
    child,
    ended,
    log,
    says,
    stderr: () => stderr,
    /** What is said from here on is waited for. */
    mark: () => {
      start = log.length;
    },
    send: (message: unknown) => child.stdin.write(`${JSON.stringify(message)}\n`),
    since: () => log.slice(start),
  };
}

type Conversation = ReturnType<typeof converse>;

const isDone = (message: AgentMessage): message is AgentMessageOf<'done'> => message.type === 'done';
const doneIn = (messages: readonly AgentMessage[]) => messages.filter(isDone).map(({ status }) => status);

/** Goes on after a cancel with a model; gives what became of it. */
async function goOn(talk: Conversation, protocol: Protocol): Promise<string[]> {
  talk.mark();
  talk.send({ type: 'switch_model', model: STRICT_NAMES[protocol] });
  talk.send({ type: 'text', content: 'point:next:0 and now?' });
  await talk.says(isDone);
  return doneIn(talk.since());
}

/** Takes a new turn to a point of it and cancels there; approvals are given unless they are the point. */
async function cancelAt(
  talk: Conversation,
  point: CancelPoint,
  how: { services: PausingServices; protocol: Protocol; serial: string; other?: Protocol },
) {
  const { services, protocol, serial, other } = how;
  talk.mark();
  talk.send({ type: 'switch_model', model: STRICT_NAMES[protocol] });
  talk.send({ type: 'text', content: `point:${point}:${serial}` });
  if (point === 'running') {
    for (const id of ['a', 'b']) {
      await talk.says(
        (message) => message.type === 'approval_requested' && message.tool_call_id === `call_${serial}_${id}`,
      );
      talk.send({ type: 'approve', tool_call_id: `call_${serial}_${id}`, decision: 'once' });
    }
  }
  await reached(point, { server: services.servers[protocol], serial, says: talk.says });
  if (other !== undefined) talk.send({ type: 'switch_model', model: STRICT_NAMES[other] });
  const sent_ms = performance.now();
  talk.send({ type: 'cancel' });
  talk.send({ type: 'cancel' });
  await talk.says(isDone);
  const took_ms = performance.now() - sent_ms;
  return {
    statuses: doneIn(talk.since()),
    took_ms,
    left: await processesLeftIn(talk.home.cwd, talk.child.pid),
  };
}

test.concurrent.each(PROTOCOLS)(
  '%s: cancelled anywhere, a turn ends once, leaves no process, and all three services take the next request',
  async (protocol) => {
    const services = await startPausingServices(answerAt);
    const talk = converse(services, ['--input-format', 'stream-json', '-m', STRICT_NAMES[protocol]]);
    const others = PROTOCOLS.filter((name) => name !== protocol);
    for (const [index, point] of CANCEL_POINTS.entries()) {
      const other = index % 3 === 0 ? undefined : others[index % 2];
      const { statuses, took_ms, left } = await cancelAt(talk, point, {
        services,
        protocol,
        serial: `${index}`,
        ...(other === undefined ? {} : { other }),
      });
      expect([point, statuses, left]).toEqual([point, ['cancelled'], []]);
      expect(took_ms).toBeLessThan(10_000);
      for (const next of [protocol, ...others])
        expect([point, next, await goOn(talk, next), services.refusals]).toEqual([point, next, ['completed'], []]);
    }
    talk.child.stdin.end();
    expect(await talk.ended).toBe(0);
    expect(checkPromises(talk.log)).toEqual([]);
    rmSync(talk.home.path, { recursive: true, force: true });
    await services.close();
  },
  40_000,
);

const PIPE_POINTS = CANCEL_POINTS.filter((point) => point !== 'asking');

test.concurrent.each(PIPE_POINTS.map((point, index) => [point, index] as const))(
  'interrupted in a pipe at %s: exit 130, nothing left, and another service takes the chat over',
  async (point, index) => {
    const services = await startPausingServices(answerAt);
    const protocol = PROTOCOLS[index % 3] ?? 'chat';
    const next = PROTOCOLS[(index + 1) % 3] ?? 'chat';
    const serial = 'p';
    const full = ['--permission-mode', 'full', '--i-know'];
    const talk = converse(services, ['-p', `point:${point}:${serial}`, '-m', STRICT_NAMES[protocol], ...full]);
    talk.child.stdin.end();
    await reached(point, { server: services.servers[protocol], serial, says: talk.says });
    const sent_ms = performance.now();
    talk.child.kill('SIGINT');
    expect(await talk.ended).toBe(130);
    expect(performance.now() - sent_ms).toBeLessThan(10_000);
    expect(await processesLeftIn(talk.home.cwd, undefined)).toEqual([]);
    expect([doneIn(talk.log), checkPromises(talk.log)]).toEqual([['cancelled'], []]);
    const args = ['-c', '-p', 'point:next:0 and now?', '-m', STRICT_NAMES[next], '-o', 'stream-json'];
    const again = await runProgram(args, { home: talk.home, env: services.env });
    expect([again.code, doneIn(readMessages(again.stdout)).at(-1), services.refusals]).toEqual([0, 'completed', []]);
    rmSync(talk.home.path, { recursive: true, force: true });
    await services.close();
  },
  40_000,
);

test.concurrent.each([
  ['SIGTERM', 143],
  ['SIGHUP', null],
] as const)(
  '%s while stubborn commands run: out within seconds, the log whole, nothing left',
  async (signal, code) => {
    const services = await startPausingServices(answerAt);
    const full = ['--permission-mode', 'full', '--i-know'];
    const talk = converse(services, ['-p', 'point:running:s', '-m', STRICT_NAMES.chat, ...full]);
    talk.child.stdin.end();
    await reached('running', { server: services.servers.chat, serial: 's', says: talk.says });
    const sent_ms = performance.now();
    talk.child.kill(signal);
    expect(await talk.ended).toBe(code);
    expect(performance.now() - sent_ms).toBeLessThan(10_000);
    expect(await processesLeftIn(talk.home.cwd, undefined)).toEqual([]);
    expect([doneIn(talk.log), checkPromises(talk.log)]).toEqual([['cancelled'], []]);
    rmSync(talk.home.path, { recursive: true, force: true });
    await services.close();
  },
  40_000,
);
