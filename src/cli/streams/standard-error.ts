import { safeText } from '../../safe-text.ts';

let stream: NodeJS.WriteStream | undefined;

/**
 * Says something on standard error, which is opened with the first word; a reader that has gone away is no matter. What
 * servers, files and other programs put into a message is never obeyed there.
 */
export function tell(text: string): void {
  stream ??= process.stderr.on('error', () => undefined);
  stream.write(safeText(text));
}
