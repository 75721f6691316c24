import type { ConversationMessage } from '../../conversation.ts';
import { formatCount } from '../../format.ts';
import { assertNever } from '../../messages.ts';
import type { ModelRequest } from '../provider.ts';
import type { ScriptResponse, ScriptStep } from '../script/steps.ts';
import { type CurrentTurn, type FinishedCall, readCurrentTurn } from './current-turn.ts';
import { describeResult } from './describe-result.ts';
import { followUps, isSameCall, readableGlob, unfinishedCalls } from './pending-calls.ts';
import { readRequest } from './read-request.ts';
import { HELP, INTRODUCTION, longText, SHOWCASE } from './showcase.ts';
import { answerSummaryRequest, describeConversation, isSummaryRequest, shortLine } from './summarize.ts';
import { type CallTask, type DemoTask, isAction } from './task.ts';

/** Decides what the demo says and does next. Pure: the same request always gives the same response. */
export function planResponse(request: ModelRequest): ScriptResponse {
  if (isSummaryRequest(request)) return { steps: [text(answerSummaryRequest(request))] };
  const turn = readCurrentTurn(request.conversation);
  const tasks = turn.asked.flatMap(readRequest);
  const offered = new Set(request.tools.map((tool) => tool.name));
  const wanted = [...unfinishedCalls(tasks, turn.calls), ...followUps(tasks, turn.calls)];
  const batch = nextBatch(wanted.filter((task) => offered.has(task.name)));
  const thoughts = thoughtsOn({ tasks, turn, batch, effort: request.effort ?? 'medium' });
  if (batch.length > 0) return { steps: [...thoughts, ...announce(turn, batch), ...batch.map(callStep)] };
  const missing = wanted.filter((task) => !offered.has(task.name));
  return { steps: [...thoughts, text(composeAnswer({ tasks, turn, missing, conversation: request.conversation }))] };
}

/** What only looks can be done together; what changes something is done alone, in its place. */
function nextBatch(wanted: readonly CallTask[]): readonly CallTask[] {
  const action = wanted.findIndex(isAction);
  if (action === -1) return wanted;
  return action === 0 ? wanted.slice(0, 1) : wanted.slice(0, action);
}

function text(words: string): ScriptStep {
  return { type: 'text', text: words };
}

function callStep(task: CallTask): ScriptStep {
  return { type: 'tool_call', name: task.name, arguments: JSON.stringify(task.input) };
}

interface ThoughtContext {
  readonly tasks: readonly DemoTask[];
  readonly turn: CurrentTurn;
  readonly batch: readonly CallTask[];
  readonly effort: NonNullable<ModelRequest['effort']>;
}

function thoughtsOn({ tasks, turn, batch, effort }: ThoughtContext): ScriptStep[] {
  if (effort === 'none') return [];
  const sentences = [
    ...(turn.calls.length === 0 && tasks.length > 1 ? [`The request has ${formatCount(tasks.length, 'part')}.`] : []),
    ...(batch.length > 0 && turn.calls.some((call) => call.is_error)
      ? ['Something did not work; there is one more way to try.']
      : []),
    ...(turn.added_late > 0 ? ['Something was added while I worked; I take it in now.'] : []),
    ...batch.map((task) => `${wordsFor(task)}.`),
    ...(batch.length > 1 ? ['These only look, so they can run at the same time.'] : []),
    ...(batch.length === 0 && turn.calls.length > 0 ? ['All results are there; I answer from them.'] : []),
    ...tasks.flatMap((task) => (task.type === 'think' ? pondering(task.about) : [])),
    ...(effort === 'high' || effort === 'xhigh'
      ? ['Nothing else in the words asks for a tool. I am a script, so that is all.']
      : []),
  ];
  return sentences.length === 0 ? [] : [{ type: 'thought', text: sentences.join(' ') }];
}

function pondering(about: string): string[] {
  const subject = about === '' ? 'it' : about;
  return [
    `I am asked to think about ${subject}.`,
    'A language model would weigh several ways here, compare what each costs and what each breaks, and go back where one fails.',
    'I only follow rules: I look for words that name a file, a folder, a command or a pattern.',
    'Where I find none I say so, since a made-up answer would be worse than a short one.',
  ];
}

function wordsFor({ name, input }: CallTask): string {
  switch (name) {
    case 'list_files':
      return `List ${input.pattern === undefined ? 'the files' : `files like ${readableGlob(input.pattern)}`} of ${input.path ?? 'this folder'}`;
    case 'read_file':
      return `Read ${input.path}`;
    case 'search_files':
      return `Search for "${input.pattern}"${input.path === undefined ? '' : ` in ${input.path}`}`;
    case 'run_command':
      return `Run ${input.command}`;
    case 'edit_file':
      return `Edit ${input.path}`;
    case 'write_file':
      return `Write ${input.path}`;
    case 'fetch_url':
      return `Fetch ${input.url}`;
    default:
      return assertNever(name);
  }
}

function announce(turn: CurrentTurn, batch: readonly CallTask[]): ScriptStep[] {
  const late = turn.calls.length > 0 && turn.added_late > 0 ? ['I saw what you added.'] : [];
  const first = turn.is_introduced ? [] : [INTRODUCTION];
  const list = batch.map((task, index) => {
    const words = wordsFor(task);
    return index === 0 ? words : words.charAt(0).toLowerCase() + words.slice(1);
  });
  return [text([...first, ...late, `${list.join(', then ')}.`].join(' '))];
}

interface AnswerContext {
  readonly tasks: readonly DemoTask[];
  readonly turn: CurrentTurn;
  readonly missing: readonly CallTask[];
  readonly conversation: readonly ConversationMessage[];
}

function composeAnswer({ tasks, turn, missing, conversation }: AnswerContext): string {
  const left = [...turn.calls];
  const parts: string[] = turn.is_introduced ? [] : [INTRODUCTION];
  parts.push(...turn.attachments);
  for (const task of tasks) {
    if (task.type !== 'call') continue;
    const index = left.findIndex((call) => isSameCall(task, call));
    const call = left[index];
    if (call === undefined) continue;
    left.splice(index, 1);
    parts.push(describeResult(call));
  }
  parts.push(...left.map((call: FinishedCall) => describeResult(call)));
  parts.push(
    ...missing.map((task) => `There is no tool ${task.name} in this session, so I left out: ${wordsFor(task)}.`),
  );
  parts.push(...smallTalk(tasks, conversation));
  return parts.join('\n\n');
}

function smallTalk(tasks: readonly DemoTask[], conversation: readonly ConversationMessage[]): string[] {
  const unknown = tasks.filter((task) => task.type === 'unknown');
  const isHelped = tasks.some((task) => task.type === 'help');
  const answers = tasks.flatMap((task) =>
    isHelped && task.type === 'greeting' ? ['Hello.'] : wordsAbout(task, conversation),
  );
  if (unknown.length === 0) return answers;
  const quoted = unknown.map((task) => `"${shortLine(task.text)}"`).join(' and ');
  const isAll = unknown.length === tasks.length;
  return [...answers, `I do not understand ${quoted}: I only know a few plain requests.${isAll ? `\n\n${HELP}` : ''}`];
}

function wordsAbout(task: DemoTask, conversation: readonly ConversationMessage[]): string[] {
  switch (task.type) {
    case 'greeting':
      return [`Hello. ${HELP}`];
    case 'thanks':
      return ['You are welcome.'];
    case 'help':
      return [HELP];
    case 'showcase':
      return [SHOWCASE];
    case 'long_answer':
      return [longText(task.paragraphs)];
    case 'count':
      return [Array.from({ length: task.to }, (_, index) => index + 1).join(', ')];
    case 'think':
      return [
        `I went through my rules${task.about === '' ? '' : ` on ${task.about}`}. A script finds no new thought there; a language model might.`,
      ];
    case 'remember':
      return [describeConversation(conversation)];
    case 'call':
    case 'unknown':
      return [];
    default:
      return assertNever(task);
  }
}
