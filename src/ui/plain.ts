import { createInterface, type Interface } from 'node:readline';
import { labelledContent } from '../content-text.ts';
import type { AgentMessage, AgentMessageOf, ApprovalDecision, UserMessage, UserMessageBody } from '../messages.ts';
import { safeLine } from '../safe-text.ts';
import { blockLines, hasGap } from '../view/block-lines.ts';
import type { Block } from '../view/chat-view.ts';
import { ASCII_GLYPHS, type Layout } from '../view/layout.ts';
import { line, plainText } from '../view/styled-line.ts';
import { revealSuspicious } from '../view/suspicious.ts';
import { wrapLine } from '../view/wrap.ts';
import { createChatStore } from './chat-store.ts';
import { planHint, watchPlanEnd } from './input/plan-hint.ts';
import type { ChatServices } from './input/services.ts';
import { createPlainPrompt } from './plain-prompt.ts';
import { createPlainSender } from './plain-sender.ts';
import type { ChatExit, ChatOptions } from './render-chat.tsx';

/** What the plain chat needs: the same as the one on the screen, without a terminal that can do anything. */
export type PlainChatOptions = Pick<
  ChatOptions,
  'messages' | 'history' | 'send' | 'newId' | 'introduction' | 'prompt' | 'stdin' | 'onReady'
> & {
  /** For `@file` and `!command`; absent: they are text. */
  readonly services?: Pick<ChatServices, 'runShell' | 'readMention' | 'attachmentPlace'>;
  readonly stdout: NodeJS.WritableStream & { readonly columns?: number };
  /** Ends the program in an orderly way. */
  quit(): void;
  permissionMode?(): string;
  /** Runs a slash command, or says why not; its lines go to `write`. False: the text is none. */
  runCommand?(text: string, write: (text: string) => void): boolean;
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
  for (const message of options.history ?? []) chat.take(message, 'log');
  const input = readLines(options, chat);
  options.onReady?.();
  if (options.prompt !== undefined) options.send({ type: 'text', id: options.newId(), content: options.prompt });
  try {
    for await (const message of options.messages) chat.take(message);
    return { draft: '' };
  } finally {
    chat.stop();
    input.close();
  }
}

interface PlainChat {
  take(message: AgentMessage, origin?: 'log'): void;
  /** Says what to do with a line that was typed: what to send, in this order. */
  answer(text: string): readonly UserMessageBody[] | 'quit';
  /** Sends what a line was made into. */
  send(message: UserMessage): void;
  /** Stops what a person runs themselves. */
  stop(): void;
}

function readLines(options: PlainChatOptions, chat: PlainChat): Interface {
  const input = createInterface({ input: options.stdin, terminal: false });
  input.on('line', (text) => {
    const wanted = chat.answer(text);
    if (wanted === 'quit') {
      options.quit();
      return;
    }
    for (const body of wanted) {
      chat.send({ ...body, id: options.newId() });
    }
  });
  input.on('close', () => options.quit());
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
  const prompt = createPlainPrompt(options);
  const { write } = prompt;
  const sender = createPlainSender({ services: options.services, send: options.send, write });
  const unsaid = [...(options.introduction ?? []), ...HELP];
  const isPlanEnd = watchPlanEnd(() => options.permissionMode?.());
  let asked: readonly Question[] = [];
  let previous: Block | undefined;
  const layout = (): Layout => plainLayout(options, store.now());
  const print = (block: Block): void => {
    const isEcho = block.kind === 'user' && prompt.isEcho(block.id);
    const lines = isEcho ? [] : blockLines(block, layout()).map(plainText);
    if (lines.length > 0 && hasGap(previous, block)) write('');
    for (const text of lines) write(text);
    if (lines.length > 0 || isEcho) previous = block;
  };
  const say = (texts: readonly string[]): void => {
    for (const row of texts.flatMap((text) => wrapped(text, layout().width))) write(row);
  };
  return {
    take: (message, origin) => {
      store.take(message);
      for (const { block } of store.takeUnprinted()) print(block);
      const [before] = asked;
      asked = openQuestions(asked, message);
      say(remarks(message));
      // One question after the other, so that who answers sees which.
      if (asked[0] !== before) say(questionLines(asked[0]));
      if (origin === 'log') return;
      for (const text of unsaid.splice(0)) write(text);
      if (isPlanEnd(message)) say([planHint('/permissions ask')]);
      prompt.observe(message, asked.length > 0);
    },
    answer: (text) => {
      prompt.taken();
      const command = text.trim();
      const question = asked[0];
      if (command === '') return [];
      if (question !== undefined) return answerQuestion(question, command, write);
      if (command === '/quit' || command === '/exit') return 'quit';
      if (command === '/cancel') return sender.stop() ? [] : [{ type: 'cancel' }];
      const isTaken = sender.runOwn(text) || options.runCommand?.(text, write) === true;
      return isTaken ? [] : [{ type: 'text', content: text }];
    },
    send: (message) => {
      prompt.sent(message);
      sender.send(message);
    },
    stop: () => void sender.stop(),
  };
}

type Question = AgentMessageOf<'approval_requested'>;

function openQuestions(asked: readonly Question[], message: AgentMessage): readonly Question[] {
  if (message.type === 'approval_requested') return [...asked, message];
  if (message.type === 'approval_resolved') return asked.filter((one) => one.tool_call_id !== message.tool_call_id);
  return message.type === 'done' ? [] : asked;
}

function plainLayout({ stdout }: PlainChatOptions, now: number): Layout {
  return {
    width: Math.max(20, stdout.columns || 80),
    glyphs: ASCII_GLYPHS,
    hasStyles: false,
    hasLinks: false,
    hasThoughts: false,
    hasDetails: false,
    now,
  };
}

/** Lines of the program's own are broken between words; what a tool would do is told as it is. */
function wrapped(text: string, width: number): readonly string[] {
  return text.startsWith('  ') ? [text] : wrapLine(line(text), width).map(plainText);
}

function answerQuestion(question: Question, text: string, write: (text: string) => void): readonly UserMessageBody[] {
  if (text === '/cancel') return [{ type: 'cancel' }];
  const { tool_call_id } = question;
  if (question.answer === 'text') {
    const isRefused = text === '/refuse';
    return [
      { type: 'approve', tool_call_id, ...(isRefused ? { decision: 'deny' } : { decision: 'once', note: text }) },
    ];
  }
  const [word = '', ...rest] = text.split(/\s+/);
  const decision = ANSWERS[word.toLowerCase()];
  if (decision === undefined || !question.options.some((option) => option.decision === decision)) {
    write(`Please answer first: ${question.options.map(optionText).join(', ')}.`);
    return [];
  }
  const note = rest.join(' ');
  if (note === '') return [{ type: 'approve', tool_call_id, decision }];
  // The result of a call that runs has no place for a note: it steers, as on the screen.
  if (decision === 'deny') return [{ type: 'approve', tool_call_id, decision, note }];
  return [
    { type: 'approve', tool_call_id, decision },
    { type: 'text', content: note },
  ];
}

/** What is said beside the blocks: lines for what a screen would show live. */
function remarks(message: AgentMessage): readonly string[] {
  switch (message.type) {
    case 'tool_call_ready':
      return [`o ${safeLine(message.display_name)} ${safeLine(message.args_summary ?? '')}`.trimEnd()];
    case 'user_message_accepted':
      return [message.delivery === 'steer' ? '- Will be told at the next step' : '- Waits until the turn is over'];
    case 'user_message_returned':
      return ['- Not delivered; type it again if it still matters:', ...indented(labelledContent(message.content))];
    case 'retrying':
      return [`~ ${safeLine(message.error.message)}; trying again in ${Math.ceil(message.delay_ms / 1000)}s`];
    default:
      return [];
  }
}

function questionLines(message: Question | undefined): readonly string[] {
  if (message === undefined) return [];
  const { preview } = message;
  const body =
    preview.kind === 'command'
      ? `$ ${preview.command}\nin ${preview.cwd}`
      : preview.kind === 'diff'
        ? `${preview.diff.path}\n${preview.diff.patch}`
        : preview.text;
  return [
    `? ${safeLine(message.reason)}`,
    ...indented(body),
    ...(preview.facts ?? []).map((fact) => `  - ${safeLine(fact)}`),
    message.answer === 'text'
      ? 'Type your answer and press Enter. /refuse refuses, /cancel stops the turn.'
      : `Answer: ${message.options.map(optionText).join(', ')}. Words after the answer are told to the model.`,
  ];
}

function indented(text: string): readonly string[] {
  return revealSuspicious(text)
    .split('\n')
    .map((row) => `  ${row}`);
}

function optionText(option: { decision: ApprovalDecision; label: string }): string {
  const word = { once: 'yes', always: 'always', deny: 'no' }[option.decision];
  return `${word} (${revealSuspicious(option.label)})`;
}
