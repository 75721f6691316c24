import { join } from 'node:path';
import { expect, test } from 'vitest';
import { foldConversation } from '../../../src/conversation.ts';
import { encoders } from '../../../src/encoders/registry.ts';
import type { AgentMessage } from '../../../src/messages.ts';
import { parseAgentMessage } from '../../../src/parse-message.ts';
import { readSession } from '../../../src/sessions/read-session.ts';
import { createRecorder, createSessionFile, resumeSessionFile } from '../../../src/sessions/session-file.ts';
import { foldStats } from '../../../src/stats/fold-stats.ts';
import { checkPromises } from '../../helpers/check-promises.ts';
import { encodedLines, encodeLog } from '../../helpers/encode-log.ts';
import { startRun } from '../../helpers/run-agent.ts';
import { script } from '../../helpers/scripted-provider.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

/** A run of the real agent with everything that makes a log hard to read back. */
async function richRun(): Promise<readonly AgentMessage[]> {
  const played = script()
    .thought('Let me think.', 'c2lnbmVk')
    .text('I will ', 'loo')
    .cut()
    .thought('Again.')
    .text('I will ', 'look.')
    .toolCall('echo', { text: 'a' })
    .toolCall('no_such_tool', {})
    .text('It is cut he')
    .finish('length')
    .text('re and goes on.')
    .next()
    .text('Second.');
  const run = startRun(played);
  await run.summary();
  run.send({ type: 'text', id: 'u2', content: 'and now?' });
  await run.summary();
  run.send({ type: 'clear_context' });
  run.send({ type: 'restore_context' });
  await run.summary();
  return run.end();
}

test('every message that the agent says is one that the schema allows', async () => {
  for (const message of await richRun()) expect(parseAgentMessage(JSON.stringify(message))).toEqual({ message });
});

test('a recording of a run is the run, and a session of it means the same', async () => {
  const directory = await temporaryFolder();
  const log = await richRun();
  const file = createSessionFile({ directory, session_id: 's1' });
  const recorder = createRecorder(join(directory, 'run.rec'));
  for (const message of log) {
    file.write(message);
    recorder.write(message);
  }
  await file.close();
  await recorder.close();
  expect((await readSession(recorder.path)).messages).toEqual(log);
  const saved = (await readSession(file.path)).messages;
  expect(foldConversation(saved)).toEqual(foldConversation(log));
  expect(foldStats(saved)).toEqual(foldStats(log));
});

test('a resumed session sends the model what the first one would have sent, and goes on in the same file', async () => {
  const directory = await temporaryFolder();
  const file = createSessionFile({ directory, session_id: 's1' });
  const log = await richRun();
  for (const message of log) file.write(message);
  await file.close();
  const resumed = resumeSessionFile({ directory, session_id: 's1' });
  if ('problem' in resumed) throw new Error(resumed.problem);
  const run = startRun(script().text('Third.'), { resume: { log: [...resumed.log] }, prompt: null });
  run.send({ type: 'text', id: 'u3', content: 'once more' });
  await run.summary();
  const conversation = foldConversation(log).messages;
  expect(run.provider.requests[0]?.conversation.slice(0, conversation.length)).toEqual(conversation);
  for (const message of await run.end()) resumed.file.write(message);
  await resumed.file.close();
  const whole = (await readSession(file.path)).messages;
  expect(whole.filter(({ type }) => type === 'session_started')).toHaveLength(2);
  expect([...whole].sort((a, b) => a.seq - b.seq)).toEqual(whole);
  expect(foldConversation(whole).messages.at(-1)).toMatchObject({ role: 'assistant', parts: [{ text: 'Third.' }] });
});

test('every vocabulary tells the run, and text tells each answer once', async () => {
  const log = await richRun();
  expect(checkPromises(log)).toEqual([]);
  const [text] = await Promise.all(encoders.map((encoder) => encodeLog(encoder, log)));
  expect(text).toBe('I will look.\n\nIt is cut here and goes on.\nSecond.\n');
  const [json] = await encodedLines(encoders[1]!, log);
  expect(json).toMatchObject({ status: 'completed', final_text: 'Second.', turns: 2 });
});
