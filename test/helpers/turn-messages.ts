import type { AgentMessageBody } from '../../src/messages.ts';

/** Messages of a small turn on the screen. */
const MODEL = 'demo/demo';
export const START = {
  type: 'session_started',
  session_id: 's',
  model: MODEL,
  cwd: '/p',
  protocol_version: 1,
} as const satisfies AgentMessageBody;
export const TURN = {
  type: 'turn_started',
  turn_id: 't',
  model_name: MODEL,
  input: { id: 'u', content: 'Go' },
} as const satisfies AgentMessageBody;
export const DONE = {
  type: 'done',
  turn_id: 't',
  status: 'completed',
  stop_reason: 'stop',
  iterations: 1,
  usage: { input_tokens: 1, output_tokens: 1 },
  duration_ms: 5,
} as const satisfies AgentMessageBody;
export const text = (chunk: string, is_complete = false): AgentMessageBody => ({
  type: 'text',
  message_id: 'm',
  chunk,
  is_complete,
  model_name: MODEL,
});

export const PARAGRAPHS = Array.from(
  { length: 40 },
  (_, i) => `Paragraph ${i} with some words in it, enough of them to wrap.`,
);

/** An answer in pieces of so many characters, and the end of its turn. */
export function chunks(source: string, size: number): AgentMessageBody[] {
  const cut: AgentMessageBody[] = [];
  for (let i = 0; i < source.length; i += size) cut.push(text(source.slice(i, i + size)));
  return [...cut, text('', true), DONE];
}

/** Words of everything that can be scrolled to, but for the welcome and the prompt. */
export function words(lines: readonly string[]): string {
  return lines.join(' ').replace(/\s+/g, ' ').trim();
}
