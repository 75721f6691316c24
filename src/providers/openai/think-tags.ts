import type { SaidPieces } from './chat-thoughts.ts';

const OPEN = '<think>';
const CLOSE = '</think>';

/** Parts the thinking that local models write at the beginning of their answer, between tags, from the answer. */
export interface ThinkTags {
  /** Takes a piece of the answer; what could still become a tag waits for the next one. */
  push(chunk: string): SaidPieces;
  /** Gives what still waits. */
  end(): SaidPieces;
}

/** Where the next character stands; empty lines behind a tag, `opened` or `closed`, belong to neither part. */
type Place = 'before' | 'opened' | 'inside' | 'closed' | 'after';

interface Step {
  readonly place: Place;
  readonly said: SaidPieces;
  /** Still to be read: now, at the next place, or with the next piece, at the same one. */
  readonly rest: string;
}

const NOTHING: SaidPieces = { thought: '', text: '' };

/** Makes it for one response. Only the very beginning of an answer can open the tag. */
export function createThinkTags(): ThinkTags {
  let place: Place = 'before';
  let held = '';
  return {
    push: (chunk) => {
      let thought = '';
      let text = '';
      held += chunk;
      for (let isMoving = true; isMoving && held !== ''; ) {
        const step: Step = STEPS[place](held);
        thought += step.said.thought;
        text += step.said.text;
        isMoving = step.place !== place;
        ({ place, rest: held } = step);
      }
      return { thought, text };
    },
    end: () => {
      const rest = held;
      held = '';
      return place === 'inside' ? { thought: rest, text: '' } : { thought: '', text: rest };
    },
  };
}

const STEPS: Readonly<Record<Place, (text: string) => Step>> = {
  before: (text) => {
    const begun = text.trimStart();
    if (begun.startsWith(OPEN)) return { place: 'opened', said: NOTHING, rest: begun.slice(OPEN.length) };
    return { place: OPEN.startsWith(begun) ? 'before' : 'after', said: NOTHING, rest: text };
  },
  opened: (text) => behindTag(text, 'opened', 'inside'),
  inside: (text) => {
    const end = text.indexOf(CLOSE);
    if (end >= 0) {
      return {
        place: 'closed',
        said: { thought: text.slice(0, end), text: '' },
        rest: text.slice(end + CLOSE.length),
      };
    }
    const kept = text.length - partOf(CLOSE, text);
    return { place: 'inside', said: { thought: text.slice(0, kept), text: '' }, rest: text.slice(kept) };
  },
  closed: (text) => behindTag(text, 'closed', 'after'),
  after: (text) => ({ place: 'after', said: { thought: '', text }, rest: '' }),
};

function behindTag(text: string, here: Place, next: Place): Step {
  const rest = text.trimStart();
  return { place: rest === '' ? here : next, said: NOTHING, rest };
}

/** How many characters at the end of a text could begin the tag. */
function partOf(tag: string, text: string): number {
  for (let length = Math.min(tag.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(tag.slice(0, length))) return length;
  }
  return 0;
}
