import * as z from 'zod';
import { CONTROL_CHARACTER, PATH_CONTROL_CHARACTER } from './control-characters.ts';

/** No system takes a longer path. */
const LONGEST_PATH = 4096;

/**
 * What every built-in tool takes, by its name. The model is told of it by `parameters.json`, which a test makes from this;
 * loaded with the first call.
 */
export const INPUTS = {
  read_file: z.strictObject({
    path: pathInput().describe('The file, absolute or relative to the working directory.'),
    offset: z.int().min(1).optional().describe('The first line to read, counted from 1. Default: 1.'),
    limit: z.int().min(1).max(10_000).optional().describe('How many lines to read. Default: 2000.'),
  }),
  list_files: z.strictObject({
    path: pathInput().optional().describe('The folder. Default: the working directory.'),
    pattern: z
      .string()
      .min(1)
      .optional()
      .describe('Only files that match this glob, as "*.ts" or "src/**/*.{ts,tsx}".'),
    depth: z.int().min(1).max(50).optional().describe('How many levels to show. Default: as many as fit.'),
  }),
  search_files: z.strictObject({
    pattern: boundedInput(4096).describe('A regular expression, searched line by line.'),
    path: pathInput().optional().describe('A folder or a file. Default: the working directory.'),
    glob: z.string().min(1).optional().describe('Only files that match this glob, as "*.ts" or "src/**".'),
    case_insensitive: z.boolean().optional().describe('Default: false.'),
  }),
  edit_file: z.strictObject({
    path: pathInput().describe('The file, absolute or relative to the working directory.'),
    old_string: z
      .string()
      .describe('The exact text to replace, with its white space, without line numbers. It must occur exactly once.'),
    new_string: z.string().describe('The text to put in its place.'),
    replace_all: z.boolean().optional().describe('Replace every occurrence instead. Default: false.'),
  }),
  write_file: z.strictObject({
    path: pathInput().describe('The file, absolute or relative to the working directory.'),
    content: z.string().describe('The whole new content of the file.'),
  }),
  run_command: z.strictObject({
    command: commandInput().describe(
      'One command line for bash. It runs in the working directory and cannot read input.',
    ),
    timeout_ms: z
      .int()
      .min(1)
      .max(600_000)
      .optional()
      .describe('Milliseconds after which it is stopped. Default, and most: the limit of the session.'),
  }),
  fetch_url: z.strictObject({
    url: boundedInput(8192).describe('An http or https address.'),
  }),
};

/** The input of a tool that somebody else runs, who checks it. */
export const ANY_ARGUMENTS = z.looseObject({});

/** The schema of an argument that is a path. */
function pathInput() {
  const isPlain = (path: string): boolean => !PATH_CONTROL_CHARACTER.test(path);
  return boundedInput(LONGEST_PATH).refine(isPlain, 'it holds a control character; give a plain path');
}

/** The schema of an argument of 1 to `longest` characters, which errors and summaries may quote. */
function boundedInput(longest: number) {
  const isShort = (text: string): boolean => text.length <= longest;
  return z
    .string()
    .min(1)
    .refine(isShort, { error: `it is longer than ${longest} characters`, abort: true });
}

/** The schema of an argument that is a command line. */
function commandInput() {
  const isPlain = (command: string): boolean => !CONTROL_CHARACTER.test(command);
  return z.string().min(1).refine(isPlain, 'it holds a control character; write it as an escape, as in \\x1b');
}
