import { isRunningVariable, setsRunningVariable } from './builtin-code.ts';
import type {
  ShellCommand,
  ShellDoubt,
  ShellParser,
  ShellRedirect,
  ShellScript,
  ShellVariable,
  ShellWord,
} from './shell-script.ts';
import { programName, unwrap } from './wrappers.ts';

/** One command that a line runs, directly or through wrappers. */
export interface CommandLayer {
  readonly words: readonly ShellWord[];
  /** It is run by another command: by `sudo`, by `bash -c`. */
  readonly is_wrapped: boolean;
}

export interface Layers {
  readonly layers: readonly CommandLayer[];
  /** Some of what runs cannot be known: a dynamic program name, an interpreter, too many layers. */
  readonly is_opaque: boolean;
  /** Of the line, and of the lines that are given to a shell in it; so are the next two. */
  readonly redirects: readonly ShellRedirect[];
  readonly variables: readonly ShellVariable[];
  readonly doubts: readonly ShellDoubt[];
}

const DEEPEST = 6;
const MOST_LAYERS = 400;

/** Finds every command of a line at every layer of its wrappers. Where a limit is met, it says `is_opaque`. */
export function findLayers(script: ShellScript, parse: ShellParser): Layers {
  const layers: CommandLayer[] = [];
  const scripts: ShellScript[] = [script];
  let is_opaque = script.doubts.includes('syntax') || script.doubts.includes('hidden');
  const peel = ({ words }: ShellCommand, depth: number): void => {
    if (words.length === 0) return;
    if (depth > DEEPEST || layers.length >= MOST_LAYERS) {
      is_opaque = true;
      return;
    }
    layers.push({ words, is_wrapped: depth > 0 });
    const inner = unwrap(words);
    is_opaque ||= inner.kind === 'opaque' || setsRunningVariable(programName(words[0]) ?? '', words);
    if (inner.kind === 'words') for (const command of inner.commands) peel({ words: command }, depth + 1);
    if (inner.kind === 'script') peelScript(parse(inner.script), depth + 1);
  };
  const peelScript = (nested: ShellScript, depth: number): void => {
    if (nested.doubts.includes('syntax')) is_opaque = true;
    scripts.push(nested);
    for (const command of nested.commands) peel(command, depth);
  };
  for (const command of script.commands) peel(command, 0);
  const variables = scripts.flatMap((each) => each.variables ?? []);
  return {
    layers,
    is_opaque: is_opaque || variables.some(({ name, values }) => isRunningVariable(name, values)),
    redirects: scripts.flatMap(({ redirects }) => redirects),
    variables,
    doubts: [...new Set(scripts.flatMap(({ doubts }) => doubts))],
  };
}
