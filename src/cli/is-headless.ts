/** Says whether there is no screen to chat on, or none is wanted. */
export function isHeadless(flags: { readonly print?: boolean; readonly inputFormat?: string }): boolean {
  const { stdin, stdout } = process;
  return flags.print === true || flags.inputFormat === 'stream-json' || !stdin.isTTY || !stdout.isTTY;
}
