import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { refusalOf } from '../../../src/refused-batch.ts';
import { blockLines, hasGap } from '../../../src/view/block-lines.ts';
import type { ChatView } from '../../../src/view/chat-view.ts';
import { ASCII_GLYPHS, type Layout, UNICODE_GLYPHS } from '../../../src/view/layout.ts';
import { liveLines } from '../../../src/view/live-lines.ts';
import { reduceChatView } from '../../../src/view/reduce-chat-view.ts';
import { activityLine, statusLine } from '../../../src/view/status-line.ts';
import { plainText } from '../../../src/view/styled-line.ts';
import { lineWidth } from '../../../src/view/width.ts';
import { joinChunks } from '../../helpers/check-folds.ts';
import { stamped } from '../../helpers/encode-log.ts';
import { foldChatView } from '../../helpers/fold-chat-view.ts';
import { generatedRun, recut } from '../../helpers/generate-run.ts';

const LAYOUT: Layout = {
  width: 60,
  glyphs: UNICODE_GLYPHS,
  hasStyles: true,
  hasLinks: false,
  hasThoughts: true,
  hasDetails: true,
  now: 10_000,
};
const MODEL = 'anthropic/claude';

/** The transcript as a person can scroll through it. */
function transcript(view: ChatView, layout: Layout = LAYOUT): string[] {
  return view.settled.flatMap((block, index) => {
    const lines = blockLines(block, layout).map(plainText);
    return lines.length > 0 && hasGap(view.settled[index - 1], block) ? ['', ...lines] : lines;
  });
}

describe('the view of a chat', () => {
  test('shows the same however the texts were cut', () => {
    fc.assert(
      fc.property(generatedRun, fc.integer({ min: 1, max: 9 }), (log, size) => {
        const whole = foldChatView(log);
        for (const cut of [joinChunks(log), recut(log, size)]) {
          const view = foldChatView(cut);
          expect(transcript(view)).toEqual(transcript(whole));
          expect(view.status.cost).toBe(whole.status.cost);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('leaves nothing open after a turn', () => {
    fc.assert(
      fc.property(generatedRun, (log) => {
        let view = foldChatView([]);
        for (const message of log) {
          view = reduceChatView(view, message);
          if (message.type !== 'done') continue;
          expect(view.live).toEqual({ tools: [] });
          expect(view.status.phase).toBe('idle');
          expect(view.status.approvals).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('shows one line for a batch of calls that is refused as a whole', () => {
    const message = '30 tool calls in one response; at most 25 are run, so none was.';
    const ids = Array.from({ length: 30 }, (_, index) => `c${index}`);
    const request = (id: string) => ({ id, name: 'list_files', arguments: '' });
    const times = { wait_ms: 0, execute_duration_ms: 0, duration_display: '0ms', model_name: MODEL };
    const failed = (id: string, error: string) =>
      ({ type: 'tool_error', error: { ...request(id), error }, kind: 'failed', ...times }) as const;
    const asked = (id: string) =>
      ({ type: 'tool_call', request: request(id), display_name: 'List', model_name: MODEL }) as const;
    const view = foldChatView(
      stamped([
        ...ids.map(asked),
        { type: 'system_warning', message },
        ...ids.map((id) => failed(id, refusalOf(message))),
        { type: 'iteration_complete', iteration: 1, tool_calls: 30 },
        asked('own'),
        failed('own', 'The disk is full.'),
      ]),
    );
    expect(view.live.tools).toEqual([]);
    expect(view.settled.map((block) => block.kind)).toEqual(['notice', 'tool']);
  });

  test('promises nothing to restore when an empty context is cleared', () => {
    const cleared = (messages_removed: number) =>
      transcript(foldChatView(stamped([{ type: 'context_cleared', messages_removed }])));
    expect(cleared(0)).toEqual(['· The context was empty already']);
    expect(cleared(2).join(' ')).toContain('/restore');
  });

  test('only ever adds to what is settled', () => {
    fc.assert(
      fc.property(generatedRun, (log) => {
        let view = foldChatView([]);
        for (const message of log) {
          const next = reduceChatView(view, message);
          expect(next.settled.slice(0, view.settled.length)).toEqual(view.settled);
          view = next;
        }
        expect(new Set(view.settled.map((block) => block.key)).size).toBe(view.settled.length);
      }),
      { numRuns: 100 },
    );
  });

  test('fits the rows and columns it is given at every moment', () => {
    fc.assert(
      fc.property(
        generatedRun,
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 30 }),
        (log, width, rows) => {
          let view = foldChatView([]);
          for (const glyphs of [UNICODE_GLYPHS, ASCII_GLYPHS]) {
            for (const message of log) {
              view = reduceChatView(view, message);
              const layout = { ...LAYOUT, glyphs, width };
              const live = liveLines(view, layout, { rows });
              expect(live.length).toBeLessThanOrEqual(rows);
              const single = [
                statusLine(view.status, { directory: '~/a-long-name/inside', branch: 'main' }, layout),
                activityLine(view, layout) ?? [],
              ];
              for (const styled of [...single, ...(width >= 4 ? live : [])])
                expect(lineWidth(styled)).toBeLessThanOrEqual(width);
            }
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('lets nothing unsafe through, wherever it stands', () => {
    const evil = 'x\u001b]0;t\u0007\u001b[2J\u202e\u0000y';
    const call = { id: 'c', name: evil, arguments: evil };
    const log = stamped([
      { type: 'session_started', session_id: 's', model: evil, cwd: evil, protocol_version: 1 },
      { type: 'turn_started', turn_id: 't', model_name: evil, input: { id: 'u', content: evil } },
      { type: 'thought', message_id: 'h', chunk: evil, is_complete: true, model_name: MODEL, duration_ms: 3 },
      { type: 'text', message_id: 'm', chunk: evil, is_complete: true, model_name: MODEL },
      { type: 'tool_call', request: { ...call, arguments: '' }, display_name: evil, model_name: MODEL },
      { type: 'tool_call_ready', request: call, display_name: evil, args_summary: evil },
      { type: 'tool_started', tool_call_id: 'c', wait_ms: 0 },
      { type: 'tool_output', tool_call_id: 'c', stream: 'stdout', chunk: evil },
      {
        type: 'tool_error',
        error: { id: 'c', name: evil, error: evil },
        kind: 'failed',
        result_meta: { summary: evil, full_output_path: evil },
        wait_ms: 0,
        execute_duration_ms: 1,
        duration_display: '',
        model_name: MODEL,
      },
      { type: 'system_warning', message: evil, suggested_action: evil },
      { type: 'error', message: evil, kind: 'server', retryable: false, suggested_action: evil },
    ]);
    const facts = { directory: `/tmp/${evil}`, branch: evil };
    let view = foldChatView([]);
    for (const message of log) {
      view = reduceChatView(view, message);
      const lines = [
        ...liveLines(view, LAYOUT, { rows: 40 }),
        statusLine(view.status, facts, { ...LAYOUT, width: 200 }),
      ].map(plainText);
      expect([...lines, ...transcript(view)].join('\n')).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
  });

  test('says what happened in ASCII where the terminal has nothing else', () => {
    const report = {
      tokens_to_read: 1200,
      thoughts_dropped: 1,
      images_dropped: 0,
      ids_rewritten: 0,
      cache_lost: false,
    };
    const view = foldChatView(
      stamped([
        { type: 'model_switched', previous: 'demo/a', new: 'demo/b', report },
        { type: 'reasoning_effort_changed', previous: 'low', new: 'high' },
      ]),
    );
    expect(transcript(view, { ...LAYOUT, width: 80, glyphs: ASCII_GLYPHS })).toEqual([
      '- Model: demo/a > demo/b - 1.2k tokens to read again - 1 thought dropped',
      '- Effort: low > high',
    ]);
  });

  test('keeps parallel calls in their places until all before them ended', () => {
    const times = { wait_ms: 0, execute_duration_ms: 1500, duration_display: '1.5s', model_name: MODEL };
    const ready = (id: string) => ({
      type: 'tool_call_ready' as const,
      request: { id, name: 'run', arguments: '{}' },
      display_name: 'Run',
      args_summary: id,
    });
    const result = (id: string) => ({
      type: 'tool_result' as const,
      result: { id, name: 'run', arguments: '{}', result: 'ok' },
      result_meta: { summary: '3 lines' },
      ...times,
    });
    const log = stamped([
      { type: 'turn_started', turn_id: 't', model_name: MODEL, input: { id: 'u', content: 'Go' } },
      ready('one'),
      ready('two'),
      { type: 'tool_started', tool_call_id: 'one', wait_ms: 0 },
      { type: 'tool_started', tool_call_id: 'two', wait_ms: 0 },
      { type: 'tool_output', tool_call_id: 'one', stream: 'stdout', chunk: '10%\r\n20%\n30%' },
      result('two'),
      result('one'),
    ]);
    const before = foldChatView(log.slice(0, -1));
    const live = liveLines(before, { ...LAYOUT, now: 0, hasDetails: false }, { rows: 20 })
      .map(plainText)
      .filter((text) => text !== '');
    expect(live).toEqual(['⠋ Run one', '  10%', '  20%', '  30%', '✓ Run two · 3 lines · 1.5s']);
    expect(transcript(foldChatView(log), { ...LAYOUT, hasDetails: false }).slice(-5)).toEqual([
      '✓ Run one · 3 lines · 1.5s',
      '  10%',
      '  20%',
      '  30%',
      '✓ Run two · 3 lines · 1.5s',
    ]);
  });
});
