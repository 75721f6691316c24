import { isatty } from 'node:tty';

/** Says whether there is no screen to chat on, or none is wanted. Makes no streams of the standard descriptors. */
export function isHeadless(flags: { readonly print?: boolean; readonly inputFormat?: string }): boolean {
  return flags.print === true || flags.inputFormat === 'stream-json' || !isatty(0) || !isatty(1);
}
