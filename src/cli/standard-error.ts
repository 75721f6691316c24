import { safeText } from '../safe-text.ts';

/** Says something on standard error. What servers, files and other programs put into a message is never obeyed there. */
export function tell(text: string): void {
  process.stderr.write(safeText(text));
}
