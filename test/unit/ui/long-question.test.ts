import { afterEach, expect, test } from 'vitest';
import type { AgentMessageBody, ApprovalPreview } from '../../../src/messages.ts';
import { type ScreenRun, startScreen } from '../../helpers/screen-run.ts';

let run: ScreenRun | undefined;
afterEach(() => run?.close());

const OPTIONS = [
  { decision: 'once', label: 'Yes, once' },
  { decision: 'always', label: 'Yes, always for edits of src/main.ts' },
  { decision: 'deny', label: 'No' },
] as const;

function asking(preview: ApprovalPreview): AgentMessageBody[] {
  const request = { id: 'c', name: 'edit_file', arguments: '' };
  return [
    { type: 'session_started', session_id: 's', model: 'demo/demo', cwd: '/p', protocol_version: 1 },
    { type: 'turn_started', turn_id: 't', model_name: 'demo/demo', input: { id: 'u', content: 'Go' } },
    { type: 'tool_call', request, display_name: 'Edit', model_name: 'demo/demo' },
    { type: 'approval_requested', tool_call_id: 'c', reason: 'it changes a file', preview, options: OPTIONS },
  ];
}

const textOf = (lines: number): ApprovalPreview => ({
  kind: 'text',
  text: Array.from({ length: lines }, (_, index) => `line ${index + 1}`).join('\n'),
});

/** The rows from the question on. */
function question({ terminal }: ScreenRun): string[] {
  const rows = terminal.screen();
  return rows.slice(rows.findIndex((row) => row.startsWith('? '))).filter((row) => row !== '');
}

test('a long question takes the rows of the live part: answers in one row, no status', async () => {
  run = startScreen(80, 24);
  await run.take(...asking(textOf(100)));
  expect(question(run)).toEqual([
    '? Edit  it changes a file',
    ...Array.from({ length: 10 }, (_, index) => `  line ${index + 1}`),
    '  … 90 more lines · y, PgDn or End reads on; y allows at the end · Ctrl+O all',
    '› y Yes, once    a Yes, always for edits of src/main.ts    n No',
    '  Tab adds a note to the model · m: type a message first · Esc cancels the run',
  ]);
  expect(run.terminal.screen().join('\n')).not.toContain('demo/demo · ask');
});

test('a short one has its answers below each other and the status above', async () => {
  run = startScreen(80, 24);
  await run.take(...asking(textOf(2)));
  expect(question(run)).toEqual([
    '? Edit  it changes a file',
    '  line 1',
    '  line 2',
    '› y Yes, once',
    '  a Yes, always for edits of src/main.ts',
    '  n No',
    '  Tab adds a note to the model · m: type a message first · Esc cancels the run',
  ]);
  expect(run.terminal.screen().join('\n')).toContain('demo/demo · ask');
});
