import { createInterface, type Interface } from 'node:readline';
import type { AgentMessage, AgentMessageOf, ApprovalDecision, UserMessageBody } from '../messages.ts';
import { safeLine } from '../safe-text.ts';
import { hasGap, linesOf } from '../view/block-lines.ts';
import type { Block } from '../view/chat-view.ts';
import { ASCII_GLYPHS, type Layout } from '../view/layout.ts';
import { plainText } from '../view/styled-line.ts';
import { revealSuspicious } from '../view/suspicious.ts';
import { createChatStore } from './chat-store.ts';
import type { ChatExit, ChatOptions } from './render-chat.tsx';

/** What the plain chat needs: the same as the one on the screen, without a terminal that can do anything. */
export type PlainChatOptions = Pick<
  ChatOptions,
  'messages' | 'history' | 'send' | 'newId' | 'introduction' | 'prompt' | 'stdin' | 'onReady'
> & {
  readonly stdout: NodeJS.WritableStream & { readonly columns?: number };
  /** Ends the program in an orderly way; what was typed is not lost. */
  quit(draft: string): void;
  /** Runs a slash command; false: there is no such command. */
  runCommand?(text: string): boolean;
};

const HELP = [
  'Type a message and press Enter. While the agent works, it is told at its next',
  'step. /cancel or Ctrl+C stops it, /quit ends.',
];

/**
 * Shows a session as lines that are only ever added: no cursor movement, no colours, nothing twice. For screen readers,
 * dumb terminals and logs. Questions are asked and answered by lines too.
 */
export async function renderPlainChat(options: PlainChatOptions): Promise<ChatExit> {
  const chat = createPlainChat(options);
  for (const text of [...(options.introduction ?? []), ...HELP]) chat.write(text);
  for (const message of options.history ?? []) chat.take(message);
  const input = readLines(options, chat);
  options.onReady?.();
  if (options.prompt !== undefined) options.send({ type: 'text', id: options.newId(), content: options.prompt });
  try {
    for await (const message of options.messages) chat.take(message);
    return { draft: '' };
  } finally {
    input.close();
  }
}

interface PlainChat {
  take(message: AgentMessage): void;
  /** Says what to do with a line that was typed. */
  answer(text: string): UserMessageBody | 'quit' | undefined;
  write(text: string): void;
}

function readLines(options: PlainChatOptions, chat: PlainChat): Interface {
  const input = createInterface({ input: options.stdin, terminal: false });
  input.on('line', (text) => {
    if (text.trim() === '') return;
    const wanted = chat.answer(text);
    if (wanted === 'quit') options.quit('');
    else if (wanted !== undefined) options.send({ ...wanted, id: options.newId() });
  });
  input.on('close', () => options.quit(''));
  return input;
}

const ANSWERS: Readonly<Record<string, ApprovalDecision>> = {
  y: 'once',
  yes: 'once',
  once: 'once',
  a: 'always',
  always: 'always',
  n: 'deny',
  no: 'deny',
  deny: 'deny',
};

function createPlainChat(options: PlainChatOptions): PlainChat {
  const store = createChatStore(() => performance.now());
  let asked: readonly AgentMessageOf<'approval_requested'>[] = [];
  let previous: Block | undefined;
  const write = (text: string): void => {
    options.stdout.write(`${text}\n`);
  };
  const layout = (): Layout => ({
    width: Math.max(20, options.stdout.columns || 80),
    glyphs: ASCII_GLYPHS,
    hasStyles: false,
    hasLinks: false,
    hasThoughts: false,
    hasDetails: false,
    now: store.now(),
  });
  const printBlocks = (): void => {
    for (const { block } of store.takeUnprinted()) {
      const lines = linesOf(block, layout()).map(plainText);
      if (lines.length === 0) continue;
      if (hasGap(previous, block)) write('');
      for (const text of lines) write(text);
      previous = block;
    }
  };
  return {
    write,
    take: (message) => {
      store.take(message);
      printBlocks();
      if (message.type === 'approval_requested') asked = [...asked, message];
      if (message.type === 'approval_resolved')
        asked = asked.filter((one) => one.tool_call_id !== message.tool_call_id);
      if (message.type === 'done') asked = [];
      for (const text of remarks(message)) write(text);
    },
    answer: (text) => {
      const command = text.trim();
      const question = asked[0];
      if (question !== undefined) return answerQuestion(question, command, write);
      if (command === '/quit' || command === '/exit') return 'quit';
      if (command === '/cancel') return { type: 'cancel' };
      if (/^\/[a-z]/.test(command) && options.runCommand?.(command) === true) return undefined;
      return { type: 'text', content: text };
    },
  };
}

function answerQuestion(
  question: AgentMessageOf<'approval_requested'>,
  text: string,
  write: (text: string) => void,
): UserMessageBody | undefined {
  if (text === '/cancel') return { type: 'cancel' };
  const { tool_call_id } = question;
  if (question.answer === 'text') {
    const isRefused = text === '/refuse';
    return { type: 'approve', tool_call_id, ...(isRefused ? { decision: 'deny' } : { decision: 'once', note: text }) };
  }
  const [word = '', ...rest] = text.split(/\s+/);
  const decision = ANSWERS[word.toLowerCase()];
  if (decision === undefined || !question.options.some((option) => option.decision === decision)) {
    write(`Please answer first: ${question.options.map(optionText).join(', ')}.`);
    return undefined;
  }
  const note = rest.length === 0 ? {} : { note: rest.join(' ') };
  return { type: 'approve', tool_call_id, decision, ...note };
}

/** What is said beside the blocks: lines for what a screen would show live. */
function remarks(message: AgentMessage): readonly string[] {
  switch (message.type) {
    case 'tool_started':
      return [];
    case 'tool_call_ready':
      return [`o ${safeLine(message.display_name)} ${safeLine(message.args_summary ?? '')}`.trimEnd()];
    case 'approval_requested':
      return questionLines(message);
    case 'user_message_accepted':
      return [message.delivery === 'steer' ? '- Will be told at the next step' : '- Waits until the turn is over'];
    case 'user_message_returned':
      return ['- A message was not delivered; type it again if it still matters'];
    case 'retrying':
      return [`~ ${safeLine(message.error.message)}; trying again in ${Math.ceil(message.delay_ms / 1000)}s`];
    default:
      return [];
  }
}

function questionLines(message: AgentMessageOf<'approval_requested'>): readonly string[] {
  const { preview } = message;
  const body =
    preview.kind === 'command'
      ? `$ ${preview.command}\nin ${preview.cwd}`
      : preview.kind === 'diff'
        ? `${preview.diff.path}\n${preview.diff.patch}`
        : preview.text;
  return [
    `? ${safeLine(message.reason)}`,
    ...revealSuspicious(body)
      .split('\n')
      .map((text) => `  ${text}`),
    ...(preview.facts ?? []).map((fact) => `  - ${safeLine(fact)}`),
    message.answer === 'text'
      ? 'Type your answer and press Enter. /refuse refuses, /cancel stops the turn.'
      : `Answer: ${message.options.map(optionText).join(', ')}. Words after the answer are told to the model.`,
  ];
}

function optionText(option: { decision: ApprovalDecision; label: string }): string {
  const word = { once: 'yes', always: 'always', deny: 'no' }[option.decision];
  return `${word} (${revealSuspicious(option.label)})`;
}
