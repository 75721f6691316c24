import type { FileDiff } from '../../messages.ts';

const MAX_EDITS = 20_000;

/** Makes the unified diff of one file. A change too large to compare line by line is shown as all old, all new. */
export async function diffFile(path: string, before: string, after: string): Promise<FileDiff> {
  const { structuredPatch, formatPatch } = await import('diff');
  const options = { context: 3, maxEditLength: MAX_EDITS, timeout: 2000 };
  const compared = structuredPatch(`a/${path}`, `b/${path}`, before, after, undefined, undefined, options);
  const patch = compared === undefined ? wholeReplaced(path, before, after) : unified(formatPatch(compared));
  const lines = patch.split('\n').slice(2);
  return { path, patch, added: count(lines, '+'), removed: count(lines, '-') };
}

/** Says the size of a change: `+3 −1`. */
export function diffStat(diff: FileDiff): string {
  return `+${diff.added} −${diff.removed}`;
}

function unified(patch: string): string {
  return patch.slice(patch.indexOf('--- '));
}

function wholeReplaced(path: string, before: string, after: string): string {
  const old = linesOf(before);
  const now = linesOf(after);
  const body = [...old.map((line) => `-${line}`), ...now.map((line) => `+${line}`)];
  return [`--- a/${path}`, `+++ b/${path}`, `@@ -1,${old.length} +1,${now.length} @@`, ...body, ''].join('\n');
}

function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}

function count(lines: readonly string[], sign: string): number {
  return lines.filter((line) => line.startsWith(sign)).length;
}
