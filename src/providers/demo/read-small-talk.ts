import type { Clause } from './split-clauses.ts';
import type { DemoTask } from './task.ts';

/** Reads what needs no tool: greetings, questions about the demo, and things to look at. */
export function readSmallTalk({ text, restore }: Clause): readonly DemoTask[] | undefined {
  const found = KINDS.find(([pattern]) => pattern.test(text));
  return found === undefined ? undefined : [found[1](restore(text))];
}

const KINDS: readonly (readonly [RegExp, (text: string) => DemoTask])[] = [
  [/^(?:hello|hi|hey|good (?:morning|evening|day|afternoon))\b/i, () => ({ type: 'greeting' })],
  [/^(?:thanks|thank you)\b/i, () => ({ type: 'thanks' })],
  [
    /^(?:help|\?|demo)$|what can you do|who are you|what are you|are you (?:a|an|real)|how do(?:es)? (?:this|you) work|which model/i,
    () => ({ type: 'help' }),
  ],
  [/^(?:think|ponder)\b/i, (text) => ({ type: 'think', about: text.replace(/^\w+\s*(?:hard\s*)?(?:about\s*)?/i, '') })],
  [/^count\b/i, (text) => ({ type: 'count', to: numberIn(text, 10, 5_000) })],
  [/\b(?:markdown|showcase|tables?|code blocks?)\b/i, () => ({ type: 'showcase' })],
  [
    /\b(?:long (?:answer|text|reply|message)|essay|story|paragraphs?|lorem)\b/i,
    (text) => ({ type: 'long_answer', paragraphs: numberIn(text, 6, 500) }),
  ],
  [
    /what did (?:i|we|you)|what have (?:i|we|you)|so far\b|summari[sz]e (?:this|our) (?:chat|conversation)/i,
    () => ({ type: 'remember' }),
  ],
];

function numberIn(text: string, fallback: number, highest: number): number {
  const number = Number(/\d+/.exec(text)?.[0]);
  return Number.isFinite(number) ? Math.min(highest, Math.max(1, number)) : fallback;
}
