import { writeSync } from 'node:fs';
import type { AgentMessage, AgentMessageBody } from '../../src/messages.ts';
import { createSessionFile, resumeSessionFile } from '../../src/sessions/session-file.ts';

/**
 * A process that is killed: it resumes or begins a session and saves turns until it dies, or as many as it is told.
 * On stdout: `ack SEQ` after a message that must survive, `streamed LENGTH` after a delta, `notice …`, `lost COUNT`.
 */
const [, , directory = '', session_id = '', turnCount = '', delta_ms = ''] = process.argv;
const MODEL = 'demo/demo';
const say = (line: string): void => void writeSync(1, `${line}\n`);
const options = { directory, session_id, onNotice: (notice: string) => say(`notice ${notice}`) };

const resumed = resumeSessionFile(options);
const file = 'file' in resumed ? resumed.file : createSessionFile(options);
let seq = 'file' in resumed ? (resumed.log.at(-1)?.seq ?? 0) : 0;

const write = (body: AgentMessageBody, isSettled = true): void => {
  seq += 1;
  file.write({ ...body, seq, at: Date.now() } as AgentMessage);
  if (isSettled) say(`ack ${seq}`);
};
const pause = (duration_ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, duration_ms));

write({ type: 'session_started', session_id, model: MODEL, cwd: directory, protocol_version: 1 }, false);
for (let turn = 1; turn <= Number(turnCount); turn += 1) {
  const turn_id = `t${seq}`;
  const call = { id: `c${seq}`, name: 'read_file', arguments: '{}' };
  const times = { wait_ms: 0, execute_duration_ms: 1, duration_display: '1ms', model_name: MODEL };
  write({ type: 'turn_started', turn_id, model_name: MODEL, input: { id: `u${seq}`, content: 'Go on.' } });
  write({ type: 'tool_call', request: call, display_name: 'Read', model_name: MODEL });
  write({ type: 'tool_call_ready', request: call, display_name: 'Read' });
  write({ type: 'tool_result', result: { ...call, result: 'x'.repeat(turn * 7) }, ...times });
  const text = { type: 'text' as const, message_id: `m${seq}`, model_name: MODEL };
  for (let word = 1; word <= 20; word += 1) {
    write({ ...text, chunk: 'word ', is_complete: false }, false);
    if (delta_ms === '') continue;
    say(`streamed ${word * 5}`);
    await pause(Number(delta_ms));
  }
  write({ ...text, chunk: '', is_complete: true });
  const usage = { input_tokens: 1, output_tokens: 1 };
  write({ type: 'done', turn_id, status: 'completed', stop_reason: 'stop', iterations: 1, usage, duration_ms: 1 });
  if (turn % 5 === 0) await pause(0);
}
say(`lost ${await file.close()}`);
