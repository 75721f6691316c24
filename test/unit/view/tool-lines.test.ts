import { describe, expect, test } from 'vitest';
import { blockLines } from '../../../src/view/block-lines.ts';
import { type ChatView, EMPTY_CHAT } from '../../../src/view/chat-view.ts';
import { ASCII_GLYPHS, type Layout } from '../../../src/view/layout.ts';
import { notice } from '../../../src/view/settle.ts';
import { plainText } from '../../../src/view/styled-line.ts';
import { stamped } from '../../helpers/encode-log.ts';
import { foldChatView } from '../../helpers/fold-chat-view.ts';
import { layoutOf } from '../../helpers/layout.ts';

const LAYOUT = { ...layoutOf(60), now: 10_000 };
const TIMES = { wait_ms: 0, execute_duration_ms: 0, duration_display: '', model_name: 'anthropic/claude' };
const RUN = { id: 'c', name: 'run_command', arguments: '{}' };

function transcript(view: ChatView, layout: Layout): string[] {
  return view.settled.flatMap((block) => blockLines(block, layout).map(plainText));
}

describe('the card of a call', () => {
  const ran = (output: string, exit_code: number): ChatView => {
    const result_meta = { summary: `exit ${exit_code}`, exit_code };
    return foldChatView(
      stamped([
        { type: 'tool_call_ready', request: RUN, display_name: 'Run', args_summary: 'make' },
        { type: 'tool_started', tool_call_id: 'c', wait_ms: 0 },
        { type: 'tool_output', tool_call_id: 'c', stream: 'stderr', chunk: output },
        { type: 'tool_result', result: { ...RUN, result: 'r' }, result_meta, ...TIMES },
      ]),
    );
  };

  test('marks a command that ended with a code other than 0, and shows the end of its output', () => {
    const folded = { ...LAYOUT, hasDetails: false };
    const failed = ran('one\ntwo\nthree\nfour\n', 2);
    expect(transcript(failed, folded)).toEqual(['✗ Run make · exit 2', '  two', '  three', '  four']);
    expect(transcript(failed, { ...folded, glyphs: ASCII_GLYPHS })[0]).toBe('x Run make - exit 2');
    const [card = []] = failed.settled.flatMap((block) => blockLines(block, folded));
    expect(card.filter((part) => part.role === 'warning' || part.role === 'error')).toEqual([
      { text: '✗', role: 'warning' },
      { text: 'exit 2', role: 'error' },
    ]);
    expect(transcript(ran('', 1), folded)).toEqual(['✗ Run make · exit 1']);
    expect(transcript(ran('one\n', 0), folded)).toEqual(['✓ Run make · exit 0', '  one']);
  });

  test('shows the end of a long output and where all of it is; unfolded its beginning too', () => {
    const numbers = (from: number, to: number): string =>
      Array.from({ length: to - from + 1 }, (_, at) => String(from + at)).join('\n');
    const full_output_path = '/state/outputs/command-c.txt';
    const result = `${numbers(1, 60)}\n[… 1.1 MB left out; the whole output is in ${full_output_path} …]\n${numbers(941, 1000)}\n[exit code 3]`;
    const view = foldChatView(
      stamped([
        { type: 'tool_call_ready', request: RUN, display_name: 'Run', args_summary: 'seq' },
        { type: 'tool_started', tool_call_id: 'c', wait_ms: 0 },
        { type: 'tool_output', tool_call_id: 'c', stream: 'stdout', chunk: `${numbers(1, 500)}\n[more output]\n` },
        {
          type: 'tool_result',
          result: { ...RUN, result },
          result_meta: { summary: 'exit 3', exit_code: 3, full_output_path },
          ...TIMES,
        },
      ]),
    );
    expect(transcript(view, { ...LAYOUT, hasDetails: false })).toEqual([
      '✗ Run seq · exit 3',
      '  999',
      '  1000',
      '  [exit code 3]',
      `  … the whole output is in ${full_output_path}`,
    ]);
    const unfolded = transcript(view, { ...LAYOUT, hasDetails: true });
    expect(unfolded.slice(0, 3)).toEqual(['✗ Run seq · exit 3', '  1', '  2']);
    expect(unfolded.slice(20, 23)).toEqual(['  20', '  … more is left out here', '  982']);
    expect(unfolded.slice(-3)).toEqual(['  1000', '  [exit code 3]', `  … the whole output is in ${full_output_path}`]);
    const whole = transcript(view, { ...LAYOUT, hasDetails: true, isWhole: true });
    expect(whole).toContain('  60');
    expect(whole).toContain('  941');
    expect(whole.join(' ')).toMatch(/1\.1 MB left out; the whole output is in\s+\/state/);
  });

  test('shows nothing below a call that gave nothing, folded or not', () => {
    const view = foldChatView(
      stamped([
        { type: 'tool_call_ready', request: RUN, display_name: 'Run', args_summary: 'true' },
        { type: 'tool_result', result: { ...RUN, result: '' }, ...TIMES },
      ]),
    );
    expect(transcript(view, { ...LAYOUT, hasDetails: false })).toEqual(['✓ Run true']);
    expect(transcript(view, { ...LAYOUT, hasDetails: true })).toEqual(['✓ Run true']);
  });

  test('begins a line anew at a carriage return, wherever the output is cut', () => {
    const output = 'start\r\n\u001b[32m10%\u001b[0m\r20%\r\r30%\r\u001b[0m\r\nnext\r\u001b[K\nlast\r';
    const shown = (chunks: readonly string[]): string =>
      foldChatView(
        stamped([
          {
            type: 'tool_call_ready',
            request: RUN,
            display_name: 'Run',
          },
          { type: 'tool_started', tool_call_id: 'c', wait_ms: 0 },
          ...chunks.map((chunk) => ({ type: 'tool_output', tool_call_id: 'c', stream: 'stdout', chunk }) as const),
        ]),
      ).live.tools[0]?.output.text ?? '';
    for (let at = 0; at <= output.length; at += 1) {
      expect(shown([output.slice(0, at), output.slice(at)])).toBe('start\n30%\nnext\nlast');
    }
    expect(shown([...output])).toBe('start\n30%\nnext\nlast');
  });

  test('shows what the person said with their answer', () => {
    const denied = stamped([
      { type: 'tool_call_ready', request: RUN, display_name: 'Run', args_summary: 'make' },
      { type: 'approval_resolved', tool_call_id: 'c', decision: 'deny', by: 'user', note: 'use ninja\nplease' },
      { type: 'tool_error', error: { ...RUN, error: 'The person did not allow it' }, kind: 'denied', ...TIMES },
    ]);
    const folded = { ...LAYOUT, hasDetails: false };
    expect(transcript(foldChatView(denied), folded)).toEqual(['⊘ Run make · denied', '  › use ninja', '    please']);
  });

  test("folds a long output of a person's own command to its end, but not where everything is shown", () => {
    const text = ['$ seq', ...Array.from({ length: 30 }, (_, at) => String(at + 1))].join('\n');
    const block = { kind: 'notice', key: 'b', tone: 'info', text, is_output: true } as const;
    const rows = (layout: Layout): string[] => blockLines(block, layout).map(plainText);
    const folded = rows({ ...LAYOUT, hasDetails: false });
    expect(folded.slice(0, 3)).toEqual(['· $ seq', '  … 20 lines before · /transcript shows all', '  21']);
    expect(folded).toHaveLength(12);
    expect(rows({ ...LAYOUT, hasDetails: false, isWhole: true })).toHaveLength(31);
    const { is_output: _, ...notice } = block;
    expect(blockLines(notice, { ...LAYOUT, hasDetails: false })).toHaveLength(31);
  });

  test('does not count the lines of what changed nothing', () => {
    const request = { id: 'c', name: 'write_file', arguments: '{}' };
    const diff = { path: 'a.txt', patch: '', added: 0, removed: 0 };
    const view = foldChatView(
      stamped([
        { type: 'tool_call_ready', request, display_name: 'Write', args_summary: 'a.txt' },
        { type: 'tool_started', tool_call_id: 'c', wait_ms: 0 },
        {
          type: 'tool_result',
          result: { ...request, result: '' },
          result_meta: { summary: 'no change', diff },
          ...TIMES,
        },
      ]),
    );
    expect(transcript(view, LAYOUT)).toEqual(['✓ Write a.txt · no change']);
  });

  test('says what a call is about where nobody has put it into words, such as one of a remote agent', () => {
    const request = { id: 'c', name: 'read_file', arguments: '{"limit":20,"path":"src/a.ts"}' };
    const view = foldChatView(
      stamped([
        { type: 'tool_call_ready', request, display_name: 'read_file' },
        { type: 'tool_result', result: { ...request, result: 'x' }, ...TIMES },
      ]),
    );
    expect(transcript(view, LAYOUT)[0]).toContain('read_file src/a.ts');
  });

  test('wraps a long error in a few rows, and the lines of a longer one in one row each', () => {
    const shown = (error: string): string[] => {
      const request = { id: 'c', name: 'read_file', arguments: '{}' };
      const view = foldChatView(
        stamped([
          { type: 'tool_call_ready', request, display_name: 'Read' },
          { type: 'tool_error', error: { id: 'c', name: 'read_file', error }, kind: 'failed', ...TIMES },
        ]),
      );
      return transcript(view, { ...LAYOUT, width: 12, hasDetails: false }).slice(1);
    };
    expect(shown('one two three four')).toEqual(['  one two', '  three four']);
    expect(shown('one two three four five six seven')).toEqual(['  one two', '  three four', '  five six …']);
    expect(shown('a b c d e f g\n'.repeat(4))).toEqual(Array(4).fill('  a b c d e…'));
  });
});

test('the rest of a row of a list stands under the beginning of its text', () => {
  const rows = '/tools\n+ read_file    Reads a text file, or a part of it\n- run   Runs a command line in the shell';
  const view = notice(EMPTY_CHAT, 'info', { text: rows });
  expect(transcript(view, { ...LAYOUT, width: 40 })).toEqual([
    '· /tools',
    '  + read_file    Reads a text file, or a',
    '                 part of it',
    '  - run   Runs a command line in the',
    '          shell',
  ]);
  expect(transcript(view, { ...LAYOUT, width: 20 })[1]).toBe('  + read_file');
});
