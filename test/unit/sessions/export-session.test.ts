import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exportFormatOf, exportSession } from '../../../src/sessions/export-session.ts';
import { parseSession } from '../../../src/sessions/read-session.ts';
import { stamped } from '../../helpers/encode-log.ts';
import { generatedRun } from '../../helpers/generate-run.ts';
import { ending, SAMPLE, TURN } from '../../helpers/sample-log.ts';

const NASTY = '<script>alert("1")</script> & \u001b]0;title\u0007\u202e';
const nasty = stamped([
  { type: 'session_started', session_id: 's1', model: 'demo/demo', cwd: `/tmp/${NASTY}`, protocol_version: 1 },
  { type: 'turn_started', turn_id: 't1', model_name: 'demo/demo', input: { id: 'u1', content: NASTY } },
  { type: 'thought', message_id: 'h1', chunk: NASTY, is_complete: true, model_name: 'demo/demo', duration_ms: 4200 },
  { type: 'text', message_id: 'm1', chunk: NASTY, is_complete: true, model_name: NASTY },
  { type: 'tool_call_ready', request: { id: 'c1', name: NASTY, arguments: NASTY }, display_name: 'x' },
  {
    type: 'tool_error',
    error: { id: 'c1', name: NASTY, error: NASTY },
    kind: 'failed',
    wait_ms: 0,
    execute_duration_ms: 1,
    duration_display: NASTY,
    model_name: 'demo/demo',
  },
  { type: 'system_warning', message: NASTY },
  ...ending('cancelled'),
]);

describe('Markdown', () => {
  test('reads like the conversation', () => {
    expect(exportSession(SAMPLE, 'markdown', { title: 'Looking' })).toBe(
      `${[
        '# Looking',
        '- started: 2026-11-21T00:00:00.000Z\n- in: `/p`',
        '## You',
        'Look',
        '<details><summary>Thought for 12ms</summary>',
        '```\nHmm.\n```',
        '</details>',
        '## demo/demo',
        'Let me look.',
        '**read_file** (31ms)',
        '```json\n{"path":"a.txt"}\n```',
        '```\nhello\n```',
        '**run_command** (failed, 31ms)',
        '```json\n{"command":"false"}\n```',
        '```\nexit 1\n```',
        '> Slow.',
        '> Earlier messages summarised:\n>\n> All so far',
        '## You (while it worked)',
        'quick',
        '## demo/demo',
        'Done.',
      ].join('\n\n')}\n`,
    );
  });

  test('a fence is longer than the backticks inside', () => {
    const request = { id: 'c1', name: 'x', arguments: '{"a":"````"}' };
    const log = stamped([...TURN, { type: 'tool_call_ready', request, display_name: 'x' }]);
    expect(exportSession(log, 'markdown', { title: 'x' })).toContain('`````json\n{"a":"````"}\n`````');
  });
});

test('no export for people holds what a terminal would obey', () => {
  for (const format of ['markdown', 'html'] as const) {
    expect(exportSession(nasty, format, { title: NASTY })).not.toMatch(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/,
    );
  }
});

describe('HTML', () => {
  test('is one page that runs nothing, loads nothing and shows text as text', () => {
    const page = exportSession(nasty, 'html', { title: NASTY });
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).not.toMatch(/<script|<img|<link|<iframe|src=|href=|https?:/i);
    expect(page).toContain(`default-src 'none'`);
    expect(page.match(/&lt;script&gt;alert\(&quot;1&quot;\)&lt;\/script&gt; &amp;/g)?.length).toBe(12);
    expect(page).not.toMatch(/[\u001b\u0007\u202e]/);
  });
});

test('a text that a retry voided is marked, in both', () => {
  const log = stamped([
    ...TURN,
    { type: 'text', message_id: 'm1', chunk: 'Half a th', is_complete: true, model_name: 'demo/demo' },
    {
      type: 'retrying',
      attempt: 1,
      max_attempts: 5,
      delay_ms: 1,
      error: { message: 'cut', kind: 'network' },
      discarded: ['m1'],
    },
    { type: 'text', message_id: 'm2', chunk: 'Whole', is_complete: true, model_name: 'demo/demo' },
  ]);
  expect(exportSession(log, 'markdown', { title: 'x' })).toContain('## demo/demo (interrupted, void)\n\nHalf a th');
  expect(exportSession(log, 'html', { title: 'x' })).toContain('<div class="void"><pre>Half a th</pre>');
});

test('JSONL reads back as the log', () => {
  fc.assert(
    fc.property(generatedRun, (log) => {
      const text = exportSession(log, 'jsonl', { title: 'x' });
      expect(parseSession(Buffer.from(text), 's1')).toEqual({ messages: log, notices: [], torn_bytes: 0 });
    }),
  );
});

test('every run can be exported in every format', () => {
  fc.assert(
    fc.property(generatedRun, (log) => {
      for (const format of ['markdown', 'html'] as const) {
        expect(exportSession(log, format, { title: 'x' })).not.toMatch(/undefined|\[object/);
      }
    }),
  );
});

test.each([
  ['a.html', 'html'],
  ['a.HTM', 'html'],
  ['a.jsonl', 'jsonl'],
  ['a.json', 'json'],
  ['a.md', 'markdown'],
  ['a', 'markdown'],
])('the name %s asks for %s', (path, format) => {
  expect(exportFormatOf(path)).toBe(format);
});
