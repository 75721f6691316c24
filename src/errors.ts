/** Gives what a thrown value says; anything can be thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Gives its first line. */
export function errorLine(error: unknown): string {
  return errorMessage(error).split('\n', 1).join('');
}

/** Gives the code of a system error, as `ENOENT`; undefined for any other. */
export function errorCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
