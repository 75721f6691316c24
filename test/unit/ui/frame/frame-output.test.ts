import { describe, expect, test } from 'vitest';
import { FrameOutput } from '../../../../src/ui/frame/frame-output.ts';
import type { TerminalPlace } from '../../../../src/ui/frame/reflow.ts';
import { type ScreenTerminal, screenTerminal } from '../../../helpers/screen-terminal.ts';

test('while the terminal changes its size nothing is written', () => {
  const written: string[] = [];
  const target = { columns: 40, rows: 10, write: (bytes: string) => written.push(bytes) > 0 };
  const output = new FrameOutput(target);
  output.write('status\nprompt\n');
  output.flush();
  expect(written.join('')).toContain('prompt');
  output.rest();
  written.length = 0;
  output.print(['an answer']);
  output.write('status\nprompt two\n');
  output.flush();
  expect(written).toEqual([]);
  output.wake();
  output.flush();
  expect(written.join('')).toMatch(/an answer[\s\S]*prompt two/);
});

interface FrameRun {
  readonly terminal: ScreenTerminal;
  readonly output: FrameOutput;
  readonly target: { columns: number; rows: number };
  /** Where the terminal has its cursor, and its size. */
  place(): TerminalPlace;
  /** Resolves when the terminal has taken everything; then it answers what it was asked, as it was at the first byte. */
  settle(): Promise<void>;
}

const LINES = ['first', 'second', 'third', 'fourth'];
const STATUS = 'a status of thirty-two columns..';

/** Prints four lines above a frame whose cursor is in its last row. */
async function startFrame(): Promise<FrameRun> {
  const terminal = screenTerminal(40, 12);
  const size = { columns: 40, rows: 12 };
  let pending = Promise.resolve();
  const questions: ((place: TerminalPlace) => void)[] = [];
  const answers: (() => void)[] = [];
  const target = Object.assign(size, {
    write: (bytes: string) => {
      for (const hear of questions.splice(0)) {
        pending = pending.then(() => {
          const place = run.place();
          answers.push(() => hear(place));
        });
      }
      pending = pending.then(() => terminal.write(bytes));
      return true;
    },
  });
  const question = (hear: (place: TerminalPlace) => void): string => {
    questions.push(hear);
    return '\u001b[6n';
  };
  const output = new FrameOutput(target, { places: { question }, reflow: 'all' });
  const run: FrameRun = {
    terminal,
    output,
    target,
    place: () => ({ ...terminal.cursor(), columns: terminal.columns(), rows: 12 }),
    settle: async () => {
      await pending;
      for (const answer of answers.splice(0)) answer();
      await pending;
    },
  };
  output.print(LINES);
  output.setTop([STATUS]);
  output.write('> typed\n\u001b[1A\u001b[8G\u001b[?25h');
  output.flush();
  await run.settle();
  expect(terminal.everything()).toEqual([...LINES, STATUS, '> typed']);
  return run;
}

describe('a frame on a terminal that changes its size once more before it is taken off', () => {
  test('leaves no line lost: what may be erased is printed again', async () => {
    const { terminal, output, target, place, settle } = await startFrame();
    target.columns = 12;
    terminal.resize(12, 12);
    const narrow = place();
    terminal.resize(40, 12);
    output.eraseResized(narrow);
    output.flush();
    await settle();
    expect(terminal.everything()).toEqual([...LINES, STATUS, '> typed']);
  });

  test('leaves nothing of itself once it is asked again', async () => {
    const { terminal, output, target, place, settle } = await startFrame();
    const wide = place();
    target.columns = 12;
    terminal.resize(12, 12);
    output.eraseResized(wide);
    output.setTop(['status']);
    output.flush();
    await settle();
    expect(terminal.everything().join('\n')).toContain('a status');
    output.eraseResized(place());
    output.flush();
    await settle();
    expect(terminal.everything()).toEqual([...LINES, 'status', '> typed']);
  });
});

test('rows that a low terminal moved into its scrollback are taken off when it brings them back', async () => {
  const { terminal, output, target, place, settle } = await startFrame();
  const resize = async (rows: number): Promise<void> => {
    terminal.resize(40, rows);
    target.rows = rows;
    output.eraseResized({ ...place(), rows });
    output.flush();
    await settle();
  };
  await resize(1);
  expect(terminal.everything()).toEqual([...LINES, STATUS, '> typed']);
  await resize(12);
  expect(terminal.everything()).toEqual([...LINES, STATUS, '> typed']);
});
