import { plainWord, type ShellWord } from './shell-script.ts';

/**
 * Tells whether sed does no more than print, and change what it prints or, with `-i`, the files it is given: it runs
 * nothing (`e`) and opens nothing else (`r`, `w`). What is not understood is not.
 */
export function isPlainSed(words: readonly ShellWord[]): boolean {
  const scripts = scriptsOf(words.slice(1));
  return scripts?.every((script) => script.is_static && isPlainScript(script.value)) === true;
}

const LONG_FLAGS = /^--(quiet|silent|regexp-extended|null-data|separate|unbuffered|posix|sandbox|in-place(=.*)?)$/s;

/** Finds the scripts among the words; undefined when an option is not known. */
function scriptsOf(words: readonly ShellWord[]): readonly ShellWord[] | undefined {
  const scripts: ShellWord[] = [];
  const operands: ShellWord[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at];
    if (word === undefined) break;
    const option = word.value.startsWith('-') && word.value !== '-' ? readOption(word, words[at + 1]) : undefined;
    if (option === undefined && word.value.startsWith('-') && word.value !== '-') return undefined;
    if (option?.script !== undefined) scripts.push(option.script);
    if (option === undefined) operands.push(word);
    else at += option.taken;
  }
  return scripts.length > 0 ? scripts : operands.slice(0, 1);
}

interface SedOption {
  readonly script?: ShellWord;
  /** How many of the next words belong to it. */
  readonly taken: 0 | 1;
}

function readOption(word: ShellWord, next: ShellWord | undefined): SedOption | undefined {
  const { value } = word;
  if (!word.is_static) return undefined;
  if (value.startsWith('--')) return readLong(value, next);
  const letters = /^-([nErsuz]*)(i?)(e?)(.*)$/s.exec(value);
  const [, , isInPlace = '', isScript = '', rest = ''] = letters ?? [];
  if (isInPlace !== '') {
    // The BSD sed of macOS wants what to put behind the names of copies in a word of its own.
    const isBare = isScript === '' && rest === '';
    return { taken: isBare && process.platform === 'darwin' ? 1 : 0 };
  }
  if (isScript === '') return rest === '' ? { taken: 0 } : undefined;
  return rest === '' ? scriptIn(next) : { script: plainWord(rest), taken: 0 };
}

function readLong(value: string, next: ShellWord | undefined): SedOption | undefined {
  const script = /^--expression(?:=(.*))?$/s.exec(value);
  if (script === null) return LONG_FLAGS.test(value) ? { taken: 0 } : undefined;
  const [, glued] = script;
  return glued === undefined ? scriptIn(next) : { script: plainWord(glued), taken: 0 };
}

function scriptIn(next: ShellWord | undefined): SedOption | undefined {
  return next === undefined ? undefined : { script: next, taken: 1 };
}

const ADDRESS = String.raw`(?:\d+(?:~\d+)?|\$|\/(?:\\.|[^\\/\n[])*\/[IM]*|\\\|(?:\\.|[^\\|\n[])*\|[IM]*)`;
const ADDRESSES = String.raw`(?:${ADDRESS}(?:\s*,\s*(?:${ADDRESS}|[+~]\d+))?)?\s*!*\s*`;
/** Between delimiters; one in a bracket is not taken for the end by all. */
const SECTION = String.raw`(?:\\[^]|(?!\k<by>)[^\\[\n]|\[\^?(?:(?!\k<by>)[^\]\\\n]|\\(?!\k<by>|\]|\n))+\])*`;
const SUBSTITUTE = String.raw`[sy](?<by>[^\s\\\w[])${SECTION}\k<by>${SECTION}\k<by>[gpiImM\d]*`;
const TEXT = String.raw`[aic](?:\\[^]|[^\\\n])*`;
const SIMPLE = String.raw`[=dDgGhHnNpPxzF]|[lqQ]\s*\d*|[bTt:]\s*[\w.-]*|#[^\n]*`;
const COMMAND = String.raw`[\s;]*(?:$|${ADDRESSES}(?:[{}]|(?:${SUBSTITUTE}|${TEXT}|${SIMPLE})[ \t]*(?=[;\n}{]|$)))`;

function isPlainScript(script: string): boolean {
  const command = new RegExp(COMMAND, 'y');
  for (let at = 0; at < script.length; at = command.lastIndex) {
    command.lastIndex = at;
    if (!command.test(script)) return false;
  }
  return true;
}
