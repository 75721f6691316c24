import { type ResolvedPath, resolvePath } from './resolve-path.ts';

/** What was decided about one call between its judgement and its run. Keyed by the parsed arguments themselves. */
interface Decision {
  readonly path: ResolvedPath;
  /** The digest of the file that the approval showed; `absent` when there was none. */
  readonly shown?: string;
}

/**
 * Binds a call to the path that was judged and to the file that was shown, so that a link or a file changed in between
 * is noticed when it runs.
 */
export interface DecidedCalls<Input extends object> {
  /** Resolves the path of a call, once. */
  path(input: Input, cwd: string): Promise<ResolvedPath>;
  show(input: Input, digest: string): void;
  shown(input: Input): string | undefined;
}

/** Makes the memory of one tool; `pathOf` says which argument is the path. */
export function rememberDecisions<Input extends object>(pathOf: (input: Input) => string): DecidedCalls<Input> {
  const decisions = new WeakMap<Input, Decision>();
  return {
    path: async (input, cwd) => {
      const known = decisions.get(input);
      if (known !== undefined) return known.path;
      const path = await resolvePath(pathOf(input), cwd);
      decisions.set(input, { path });
      return path;
    },
    show: (input, digest) => {
      const known = decisions.get(input);
      if (known !== undefined) decisions.set(input, { path: known.path, shown: digest });
    },
    shown: (input) => decisions.get(input)?.shown,
  };
}
