import { CliError, EXIT } from './exit-codes.ts';
import { findFormat } from './find-format.ts';
import { fillerOf } from './headless/fill-prompt.ts';
import { runHeadless } from './headless/headless.ts';
import { loudnessOf } from './headless/report-progress.ts';
import type { StructuredAnswer } from './headless/structured-answer.ts';
import type { RunOptions } from './options.ts';
import { attachMentioned } from './services/prompt-mentions.ts';
import { readSetup } from './setup.ts';
import { encoderOptions } from './streams/events-sink.ts';
import { readPrompt } from './streams/read-stdin.ts';
import { readUserMessages } from './streams/read-user-messages.ts';
import { openSideSinks } from './streams/side-sinks.ts';
import { tell } from './streams/standard-error.ts';
import { openOutput } from './streams/standard-output.ts';
import { choiceOf } from './wiring/choice-of.ts';
import { openAgent } from './wiring/open-agent.ts';

/** Answers without a screen: in a pipe, with `-p`, or message by message. Resolves with the exit code. */
export async function answer(options: RunOptions): Promise<number> {
  const encoder = findFormat(options.outputFormat);
  const isStream = options.inputFormat === 'stream-json';
  const fill = await fillerOf(options.prompt, (line) => (options.quiet === true ? undefined : tell(line)));
  const prompt = isStream ? undefined : await readPrompt(options.prompt, tell, fill);
  const structured = await openStructured(options, isStream);
  const setup = await readSetup();
  const asked = prompt ?? (options.prompt === undefined ? undefined : fill(options.prompt));
  const words = options.prompt;
  const content =
    asked === undefined ? undefined : await attachMentioned(setup, { words, asked, isQuiet: options.quiet === true });
  const opened = await openAgent(setup, {
    options: structured === undefined ? options : withInstruction(options, structured.instruction),
    choice: choiceOf(options),
    canAsk: isStream,
    isWatched: false,
  });
  const { agent } = opened;
  const from = { options, environment: setup.environment, secrets: opened.secrets };
  const side = await openSideSinks(from, (notice) => agent.warn(notice));
  const leave = (): void => {
    opened.grants.permissions.stopAsking();
    agent.reconsiderApprovals();
  };
  const exitCode = await runHeadless({
    isUnattended: () => opened.grants.permissions.hasMissedApproval(),
    isReadingInput: isStream,
    session: agent,
    encoder: structured?.adapt(encoder) ?? encoder,
    encoderOptions: encoderOptions(options),
    output: openOutput(process.stdout),
    sinks: [...opened.sinks, ...side.sinks, ...(structured === undefined ? [] : [structured.sink])],
    loudness: loudnessOf(options),
    writeError: tell,
    ask: async () => {
      if (isStream || content === undefined) return readUserMessages(process.stdin, agent, content).finally(leave);
      return structured === undefined ? [agent.send({ type: 'text', content })] : structured.ask(agent, content);
    },
  });
  const problems = await side.end();
  for (const problem of problems) tell(`Error: ${problem}\n`);
  const unsaved = await opened.close();
  if (exitCode !== EXIT.answered) return exitCode;
  const misfit = structured?.problem();
  if (misfit !== undefined) tell(`Error: the answer does not fit the schema: ${misfit}.\n`);
  return unsaved > 0 || problems.length > 0 || misfit !== undefined ? EXIT.failed : exitCode;
}

async function openStructured(options: RunOptions, isStream: boolean): Promise<StructuredAnswer | undefined> {
  if (options.jsonSchema === undefined) return undefined;
  if (isStream) throw new CliError('--json-schema is for one answer; it does not go with --input-format stream-json.');
  return (await import('./headless/structured-answer.ts')).structuredAnswer(options.jsonSchema);
}

function withInstruction(options: RunOptions, instruction: string): RunOptions {
  const appended = [options.appendSystemPrompt, instruction].filter((text) => text !== undefined);
  return { ...options, appendSystemPrompt: appended.join('\n\n') };
}
