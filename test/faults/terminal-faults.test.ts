import { expect, test } from 'vitest';
import { bytesOf, bytesUntil, FAULT_KEY, refusal } from '../helpers/fault-run.ts';
import { type ScriptedAnswer, startModelServer } from '../helpers/model-server/model-server.ts';
import { startTerminal, type TerminalRun } from '../helpers/terminal.ts';

/** The chat in a terminal, with a service that answers so. */
async function chatWith(
  script: readonly ScriptedAnswer[] | (() => ScriptedAnswer),
  use: (chat: TerminalRun) => Promise<void>,
): Promise<number> {
  const server = await startModelServer({ protocol: 'anthropic', script });
  const stand = { protocol: 'anthropic-messages', base_url: server.base_url, key: FAULT_KEY };
  const config = { model: 'stand/in-1', providers: { stand }, stall_timeout: 2 };
  const chat = await startTerminal({ config });
  try {
    await chat.waitFor('❯');
    chat.type('why is that?\r');
    await use(chat);
  } finally {
    await chat.close();
    await server.close();
  }
  return server.requests.length;
}

const HALF = bytesUntil('anthropic', { text: ['Half of it. ', 'And more.'] }, 'Half of');
const CARRIER = '\x1b]52;c;b3duZWQ=\x07\x1b]0;owned\x07\x1b[2J\u009b31m';

test.concurrent('a wait for a retry counts down, and Esc ends it at once', async () => {
  const overloaded = refusal(
    529,
    { type: 'overloaded_error', message: 'Over loaded '.repeat(20) },
    { 'retry-after': '30' },
  );
  const requests = await chatWith(
    () => overloaded,
    async (chat) => {
      await chat.waitFor(/again in 2\ds \(1 of 5\)/);
      const start_ms = performance.now();
      chat.press('escape');
      await chat.waitFor('Cancelled');
      expect(performance.now() - start_ms).toBeLessThan(10_000);
      await chat.waitFor('your message is back in the prompt');
    },
  );
  expect(requests).toBe(1);
});

test.concurrent('a stall is said, and the answer that was cut off is written again', async () => {
  const script = [{ bytes: HALF, ending: 'stall' as const }, { bytes: bytesOf('anthropic', { text: 'Whole.' }) }];
  const requests = await chatWith(script, async (chat) => {
    await chat.waitFor(/sent no data for 2 s/);
    await chat.waitFor('The answer above was cut off');
    await chat.waitFor('Whole.');
    await chat.waitFor('Ask anything');
  });
  expect(requests).toBe(2);
});

test.concurrent('a refused key is named by its end, and the question stands in the prompt again', async () => {
  const refused = refusal(401, { type: 'authentication_error', message: `${CARRIER}bad key ${FAULT_KEY}` });
  await chatWith([refused], async (chat) => {
    await chat.waitFor('HTTP 401: bad key …');
    await chat.waitFor('it ends in …cdef');
    await chat.waitFor('❯ why is that?');
    expect(chat.output()).not.toContain('faults-0123');
  });
});

test.concurrent('nothing that a model says moves, writes or reads the terminal', async () => {
  await chatWith([{ thoughts: CARRIER, text: `Before ${CARRIER} after` }], async (chat) => {
    await chat.waitFor('Before  after');
    await chat.waitFor('Ask anything');
    expect(chat.output()).not.toContain(']52;');
    expect(chat.output()).not.toContain('owned');
    expect(chat.output()).not.toContain('\x9b31m');
  });
});
