import type { FinishedCall } from './current-turn.ts';
import type { CallTask, DemoTask } from './task.ts';

/** Says whether a finished call is the one that a task stands for. */
export function isSameCall(task: CallTask, call: FinishedCall): boolean {
  return task.name === call.name && canonical(task.input) === canonical(call.input);
}

function canonical(input: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Gives the calls that were asked for and not made yet, in their order. */
export function unfinishedCalls(tasks: readonly DemoTask[], finished: readonly FinishedCall[]): readonly CallTask[] {
  return tasks.filter(
    (task): task is CallTask => task.type === 'call' && !finished.some((call) => isSameCall(task, call)),
  );
}

/**
 * Gives the calls that a failed one suggests: where a file is not at its place, one look for it by name, and the file
 * that was found. Each is suggested once.
 */
export function followUps(tasks: readonly DemoTask[], finished: readonly FinishedCall[]): readonly CallTask[] {
  const suggested = tasks.flatMap((task): CallTask[] => {
    if (task.type !== 'call' || task.name !== 'read_file') return [];
    const failed = finished.find((call) => isSameCall(task, call) && call.is_error && !isDenial(call));
    return failed === undefined ? [] : [searchInstead(String(task.input.path), finished)];
  });
  return suggested.filter((task) => !finished.some((call) => isSameCall(task, call)));
}

function searchInstead(path: string, finished: readonly FinishedCall[]): CallTask {
  const name = path.split(/[\\/]/).at(-1) ?? path;
  const stem = name.replace(/\.\w+$/, '');
  const pattern = `**/${caseless(stem)}*`;
  const look: CallTask = { type: 'call', name: 'list_files', input: { pattern } };
  const looked = finished.find((call) => isSameCall(look, call) && !call.is_error);
  const found = looked?.output
    .split('\n')
    .find((line) => line.trim().toLowerCase().includes(stem.toLowerCase()) && !/^No file /.test(line));
  return found === undefined ? look : { type: 'call', name: 'read_file', input: { path: found.trim() } };
}

/** Gives a glob as a person reads it: without the letters in brackets that {@link caseless} put there. */
export function readableGlob(pattern: unknown): string {
  return String(pattern).replace(/\[[A-Z]([a-z])\]/g, '$1');
}

/** Makes a glob that matches a name however it is written. */
function caseless(name: string): string {
  return name.replace(/[a-z]/gi, (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`);
}

/** Tells whether a person or a rule refused the call. */
export function isDenial(call: FinishedCall): boolean {
  return call.is_error && /\b(?:denied|not allow(?:ed)?|nobody can approve)\b/i.test(call.output);
}
