import { CliError, EXIT } from '../exit-codes.ts';
import type { Setup } from '../setup.ts';
import { type Output, openOutput } from '../streams/standard-output.ts';

/** One command beside the chat. Resolves with the exit code; what a person did wrong is thrown as a `CliError`. */
export type CliCommand = (call: CommandCall) => Promise<number>;

/** What a command was called with, and where it answers. */
export interface CommandCall {
  readonly words: readonly string[];
  readonly flags: Readonly<Record<string, unknown>>;
  readonly setup: Setup;
  readonly output: Output;
}

/** Gives the value of a flag that takes text; undefined where it was not given. */
export function textFlag(flags: CommandCall['flags'], name: string): string | undefined {
  const value = flags[name];
  return typeof value === 'string' ? value : undefined;
}

/** Calls a command and hands over all that it wrote. */
export async function callCommand(command: CliCommand, call: Omit<CommandCall, 'output'>): Promise<number> {
  const output = openOutput(process.stdout);
  const exitCode = await command({ ...call, output });
  await output.flush();
  // Who did not succeed has said why.
  if (output.failure === undefined || exitCode !== EXIT.answered) return exitCode;
  throw new CliError(`Standard output cannot be written: ${output.failure.message}.`, EXIT.failed);
}

/** Lays rows out in columns, two spaces apart; the last column is not padded. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows.reduce<number[]>(
    (known, row) => row.map((cell, index) => Math.max(known[index] ?? 0, cell.length)),
    [],
  );
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}
