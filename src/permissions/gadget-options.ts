/** Long options with which programs run, load or write what their arguments name. */
const ANY_PROGRAM = words(
  'exec exec-batch eval command shell script-shell shell-arg require import loader experimental-loader pre hostname-bin node-options ' +
    'userconfig globalconfig compress-program use-compress-program to-command checkpoint-action rsh init-command ' +
    'upload-pack receive-pack extcmd open-files-in-pager output ext-diff textconv template toolexec vettool overlay',
);
const LONG: Readonly<Record<string, readonly string[]>> = {
  make: words('file makefile directory include-dir'),
  just: words('justfile working-directory set dotenv-path'),
  cargo: words('config manifest-path'),
  npm: words('prefix'),
  pnpm: words('prefix dir'),
  yarn: words('cwd'),
};
/** One-letter options, and those that begin with one dash. */
const SHORT: Readonly<Record<string, RegExp>> = {
  git: /^-[xO]/,
  make: /^(-[fCEI]|\w+=)/,
  just: /^-[cfd]/,
  cargo: /^-[ZC]/,
  npm: /^-[cC]/,
  pnpm: /^-[cC]/,
  go: /^-(exec|toolexec|vettool|overlay|C)\b/,
  find: /^-(exec|ok|delete|fprint|fls)/,
  fd: /^-[xX]/,
  sort: /^-\w*o/,
  tree: /^-\w*o/,
};

/**
 * Tells whether words of a program make it run, load or write what they name, so that a rule which allows the program
 * does not cover them. An abbreviation counts, as many programs take one.
 */
export function hasGadget(program: string, given: readonly string[]): boolean {
  const short = Object.hasOwn(SHORT, program) ? SHORT[program] : undefined;
  const long = [...ANY_PROGRAM, ...(Object.hasOwn(LONG, program) ? (LONG[program] ?? []) : [])];
  return given.some((word) => {
    const name = /^--([\w-]{2,})/.exec(word)?.[1];
    if (name !== undefined) return long.some((gadget) => gadget.startsWith(name));
    return short?.test(word) === true;
  });
}

function words(list: string): readonly string[] {
  return list.split(' ');
}
