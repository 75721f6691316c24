import { fstatSync } from 'node:fs';
import { withContext } from '../../own-words.ts';
import { safeLine } from '../../safe-text.ts';
import { decodeFile, isBinary } from '../../tools/files/file-text.ts';
import { CliError } from '../exit-codes.ts';
import { findPipeWriter, type PipeWriter } from './pipe-writer.ts';

/** Milliseconds after which a prompt that stands on its own no longer waits for piped data that does not begin. */
const FIRST_BYTE_LIMIT_MS = 3000;
/** What tells text from other data. */
const SAMPLE_BYTES = 64 * 1024;
/** More than any model reads. */
const LARGEST_BYTES = 32 * 1024 * 1024;

/**
 * Gives what is asked: the prompt of the command line, what is piped in, or both. `fill` makes the prompt into what it
 * stands for. None at all is a {@link CliError}.
 */
export async function readPrompt(
  given: string | undefined,
  writeError: (text: string) => void,
  fill: (prompt: string) => string = (prompt) => prompt,
): Promise<string> {
  const needsInput = given === undefined || given.includes('{}');
  const tell = (line: string): void => writeError(`${line}\n`);
  const piped = hasPipedInput() ? await readStdin(!needsInput, tell) : undefined;
  if (piped?.gaveUp === true)
    tell('Nothing came on standard input: going on without it. ({} in the prompt waits for it, < /dev/null does not.)');
  if (piped?.text === '' && given?.includes('{}') === true) {
    tell('Standard input is empty: {} in the prompt stands for nothing. (< /dev/null leaves it as it is.)');
  }
  const prompt = joinPrompt(given, piped?.text, fill);
  if (prompt.trim() === '') {
    throw new CliError('There is nothing to answer. Give a prompt: agent-chat -p "…", or pipe text in.');
  }
  return prompt;
}

/** Says whether something may be piped in: a file, a pipe or a socket, not a terminal and not `/dev/null`. */
function hasPipedInput(): boolean {
  try {
    const stats = fstatSync(0);
    return stats.isFile() || stats.isFIFO() || stats.isSocket();
  } catch {
    return false;
  }
}

/**
 * Reads standard input to its end as UTF-8, or UTF-16 with its mark; NUL bytes are dropped. Where `isOptional`, an input
 * that stays silent is given up after a while, because many programs start others with a pipe that nobody ever writes
 * to; else, and while another program of the pipeline may write to it, `tell` says that it is waited for. More than
 * 32 MB, or what is no text, is a {@link CliError}.
 */
async function readStdin(
  isOptional: boolean,
  tell: (line: string) => void,
): Promise<{ readonly text: string; readonly gaveUp: boolean }> {
  const chunks: Buffer[] = [];
  let total = 0;
  const { stdin } = process;
  const isSilent = await new Promise<boolean>((resolve, reject) => {
    let limit = setTimeout(judgeSilence, FIRST_BYTE_LIMIT_MS, true);
    function judgeSilence(isFirst: boolean): void {
      const writer = isOptional ? findPipeWriter() : undefined;
      if (isOptional && writer === undefined) {
        finish(true);
        return;
      }
      if (isFirst) tell(waitingFor(writer));
      if (isOptional) limit = setTimeout(judgeSilence, FIRST_BYTE_LIMIT_MS, false);
    }
    const stop = (): void => {
      clearTimeout(limit);
      stdin.off('data', take).off('end', end).off('error', fail);
    };
    const finish = (gaveUp: boolean): void => {
      stop();
      if (gaveUp) stdin.destroy();
      resolve(gaveUp);
    };
    const fail = (error: Error): void => {
      stop();
      reject(error);
    };
    const take = (chunk: Buffer): void => {
      clearTimeout(limit);
      chunks.push(chunk);
      total += chunk.length;
      if (total <= LARGEST_BYTES) return;
      stdin.destroy();
      fail(new CliError(`Standard input holds more than ${LARGEST_BYTES / 1024 / 1024} MB. Pipe in a part of it.`));
    };
    const end = (): void => finish(false);
    stdin.on('data', take).on('end', end).on('error', fail);
  });
  return { text: textOf(Buffer.concat(chunks)), gaveUp: isSilent };
}

function waitingFor(writer: PipeWriter | undefined): string {
  if (writer === undefined) return 'Waiting for standard input to end.';
  return `Waiting for standard input: ${safeLine(writer.name)} (process ${writer.pid}) may still write to it. (< /dev/null does not wait.)`;
}

/** A stray zero is left out; what is no text for the most part would only fill the window of the model. */
function textOf(bytes: Buffer): string {
  const isUtf16 = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  if (isUtf16) return decodeFile(bytes)?.text ?? '';
  if (isBinary(bytes.subarray(0, SAMPLE_BYTES))) {
    throw new CliError('Standard input holds no text. Save it as a file and name that in the prompt.');
  }
  return bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .replaceAll('\0', '');
}

/**
 * Joins the prompt of the command line with piped text: in the place of `{}`, else before it as `<context>`. `undefined`:
 * nothing is piped in, and `{}` stands for itself.
 */
function joinPrompt(prompt: string | undefined, piped: string | undefined, fill: (prompt: string) => string): string {
  const text = (piped ?? '').trimEnd();
  if (prompt === undefined || prompt === '') return text.trim();
  if (prompt.includes('{}') && piped !== undefined) return fill(prompt.replaceAll('{}', () => text));
  return text.trim() === '' ? fill(prompt) : withContext(text, fill(prompt));
}
