import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createChannel } from '../../../src/channel.ts';
import type { AgentMessage, AgentMessageBody, UserMessage } from '../../../src/messages.ts';
import { renderPlainChat } from '../../../src/ui/plain.ts';
import { DONE, START } from '../../helpers/turn-messages.ts';

const MODEL = 'demo/demo';
const ASKED: AgentMessageBody = {
  type: 'approval_requested',
  tool_call_id: 'c',
  reason: 'it deletes files',
  preview: { kind: 'command', command: 'rm -rf \u202edist', cwd: '/p', facts: ['deletes: dist'] },
  options: [
    { decision: 'once', label: 'Once' },
    { decision: 'deny', label: 'No' },
  ],
};

/** A plain chat whose output is text and whose input is lines. */
function startPlain(
  isTerminal = false,
  permissionMode?: () => string,
): {
  take(...bodies: readonly AgentMessageBody[]): Promise<void>;
  type(text: string): Promise<void>;
  output(): string;
  readonly sent: UserMessage[];
  isQuit(): boolean;
} {
  const messages = createChannel<AgentMessage>();
  const stdin = new PassThrough();
  const stdout = new PassThrough({ encoding: 'utf8' });
  const sent: UserMessage[] = [];
  let written = '';
  let isQuit = false;
  let seq = 0;
  stdout.on('data', (text: string) => {
    written += text;
  });
  void renderPlainChat({
    messages,
    send: (message) => sent.push(message),
    newId: () => 'id',
    stdin: Object.assign(stdin, { isTTY: isTerminal }) as unknown as NodeJS.ReadStream,
    introduction: ['Why this model'],
    ...(permissionMode === undefined ? {} : { permissionMode }),
    stdout: Object.assign(stdout, { columns: 60 }),
    quit: () => {
      isQuit = true;
    },
    runCommand: (text, write) => {
      if (text === '/tools') write('+ search  Finds\u001b[2J\u001b]0;evil\u0007 \u202ethings');
      return text === '/tools';
    },
  });
  /** The streams between take a few turns of the event loop. */
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    take: async (...bodies) => {
      for (const body of bodies) messages.push({ ...body, seq: ++seq, at: 0 } as AgentMessage);
      await settled();
    },
    type: async (text) => {
      stdin.write(`${text}\n`);
      await settled();
    },
    output: () => written,
    sent,
    isQuit: () => isQuit,
  };
}

describe('the plain chat', () => {
  test('adds lines without a single escape sequence', async () => {
    const chat = startPlain();
    await chat.take(
      { type: 'session_started', session_id: 's', model: MODEL, cwd: '/p', protocol_version: 1 },
      { type: 'turn_started', turn_id: 't', model_name: MODEL, input: { id: 'u', content: 'Hi' } },
      {
        type: 'text',
        message_id: 'm',
        chunk: '# Title\n\nSome **bold** \u001b[31mtext.\n\n',
        is_complete: false,
        model_name: MODEL,
      },
      { type: 'text', message_id: 'm', chunk: 'More.', is_complete: true, model_name: MODEL },
    );
    expect(chat.output()).toContain('# Title\n\nSome bold text.\n\nMore.\n');
    expect(chat.output()).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  test('shows what a command says as text, whoever it comes from', async () => {
    const chat = startPlain();
    await chat.take(START);
    await chat.type('/tools');
    expect(chat.output()).toContain('+ search  Finds things\n');
  });

  test('sends lines, and knows how to cancel and to leave', async () => {
    const chat = startPlain();
    await chat.type('hello there');
    await chat.type('/cancel');
    await chat.type('/quit');
    expect(chat.sent).toEqual([
      { type: 'text', id: 'id', content: 'hello there' },
      { type: 'cancel', id: 'id' },
    ]);
    expect(chat.isQuit()).toBe(true);
  });

  test('says at the end of a turn in the mode plan how to leave it, once', async () => {
    let mode = 'plan';
    const chat = startPlain(false, () => mode);
    const said = (): number => chat.output().split('/permissions ask').length - 1;
    const start = { type: 'turn_started', turn_id: 't', model_name: MODEL, input: { id: 'u', content: 'Hi' } } as const;
    await chat.take(START, start, DONE);
    expect(chat.output()).toContain(
      'The mode plan only reads. /permissions ask leaves it; then\nsay what is to be done.\n',
    );
    await chat.take(start, DONE);
    expect(said()).toBe(1);
    mode = 'ask';
    await chat.take(start, DONE);
    mode = 'plan';
    await chat.take(start, DONE);
    expect(said()).toBe(2);
  });

  test('asks in lines, with everything hidden made visible, and takes only an answer for an answer', async () => {
    const chat = startPlain();
    await chat.take(ASKED);
    expect(chat.output()).toContain('  $ rm -rf ⟨U+202E⟩dist\n  in /p\n  - deletes: dist\n');
    await chat.type('always');
    await chat.type('what?');
    expect(chat.sent).toEqual([]);
    await chat.type('no use another folder');
    expect(chat.sent).toEqual([
      { type: 'approve', id: 'id', tool_call_id: 'c', decision: 'deny', note: 'use another folder' },
    ]);
  });

  test('names letters that pass for others, in what would run and in what would be allowed for good', async () => {
    const chat = startPlain();
    const preview = { kind: 'command', command: 'n\u0440m test', cwd: '/p' } as const;
    const options = [{ decision: 'always', label: "Always: commands that start with: 'n\u0440m' test" }] as const;
    await chat.take({ ...ASKED, preview, options: [...options] });
    expect(chat.output()).toContain('  $ nр⟨U+0440⟩m test\n');
    expect(chat.output().replaceAll('\n', ' ')).toContain(
      "always (Always: commands that start with: 'nр⟨U+0440⟩m' test)",
    );
  });

  test('takes any line for the answer where words are asked for, and refuses by command', async () => {
    const chat = startPlain();
    const question: AgentMessageBody = { ...ASKED, preview: { kind: 'text', text: 'Your name?' }, answer: 'text' };
    await chat.take(question, { ...question, tool_call_id: 'd' });
    expect(chat.output()).toContain('Type your answer and press Enter.');
    await chat.type('no name  yet');
    await chat.take({ type: 'approval_resolved', tool_call_id: 'c', decision: 'once', by: 'user' });
    await chat.type('/refuse');
    expect(chat.sent).toEqual([
      { type: 'approve', id: 'id', tool_call_id: 'c', decision: 'once', note: 'no name  yet' },
      { type: 'approve', id: 'id', tool_call_id: 'd', decision: 'deny' },
    ]);
  });

  test('says what it is, then why, and shows a sign whenever it is the turn of a person at a terminal', async () => {
    const chat = startPlain(true);
    await chat.take(START);
    expect(chat.output()).toMatch(/^agent-chat {2}demo\/demo\n\/p\nWhy this model\nType a message[^>]*\n> $/);
    await chat.type('Hi');
    await chat.take({ type: 'turn_started', turn_id: 't', model_name: MODEL, input: { id: 'id', content: 'Hi' } });
    expect(chat.output()).toMatch(/[^>]\n> $/);
    await chat.take(ASKED);
    expect(chat.output()).toMatch(/\n\? $/);
    await chat.type('no');
    await chat.take({ type: 'approval_resolved', tool_call_id: 'c', decision: 'deny', by: 'user' });
    await chat.take({ type: 'text', message_id: 'm', chunk: 'Well.', is_complete: true, model_name: MODEL }, DONE);
    expect(chat.output()).toMatch(/\nWell\.\n> $/);
  });

  test('breaks its own lines between words', async () => {
    const chat = startPlain();
    await chat.take(ASKED);
    const rows = chat.output().split('\n');
    expect(rows).toContain('Answer: yes (Once), no (No). Words after the answer are told');
    expect(rows).toContain('to the model.');
  });

  test('tells the model the words after a yes, and repeats what was not delivered', async () => {
    const chat = startPlain();
    await chat.take(ASKED);
    await chat.type('yes but gently');
    expect(chat.sent).toEqual([
      { type: 'approve', id: 'id', tool_call_id: 'c', decision: 'once' },
      { type: 'text', id: 'id', content: 'but gently' },
    ]);
    await chat.take({ type: 'user_message_returned', id: 'id', content: 'but gently', reason: 'cancelled' });
    expect(chat.output()).toContain('- Not delivered; type it again if it still matters:\n  but gently\n');
  });
});
