import { displayPath, isInside } from '../resolve-path.ts';
import type { AccessGrant, ToolOutput } from '../tool.ts';

/** Gives what lies below an absolute folder and may not be read with it; the folder itself was judged. */
export function leftOutBelow(folder: string, { unreadable = [] }: AccessGrant): readonly string[] {
  return unreadable.filter((place) => place !== folder && isInside(place, folder));
}

/** Tells whether an absolute path is left out. */
export function isLeftOut(path: string, left_out: readonly string[]): boolean {
  return left_out.some((place) => isInside(path, place));
}

/** Tells the model what it does not see. */
export function withLeftOut(output: ToolOutput, left_out: readonly string[], cwd: string): ToolOutput {
  if (left_out.length === 0) return output;
  const notes = left_out.map(
    (place) => `[${displayPath(place, cwd)} was left out: a rule covers it, or keys are kept there]`,
  );
  return { ...output, result: [output.result, ...notes].join('\n') };
}
