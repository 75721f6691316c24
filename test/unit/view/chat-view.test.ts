import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgentMessage } from '../../../src/messages.ts';
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
const FACTS = { directory: '~/projects/a-long-name/inside', branch: 'main', permission_mode: 'ask' };
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
              const single = [statusLine(view.status, FACTS, layout), activityLine(view, layout) ?? []];
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

  test('cuts a model that is a path at its beginning, with a mark, where there is no room', () => {
    const log = (model: string) =>
      stamped([{ type: 'session_started', session_id: 's', model, cwd: '/p', protocol_version: 1 }]);
    const narrow = { ...LAYOUT, width: 30 };
    const line = (model: string): string =>
      plainText(statusLine(foldChatView(log(model)).status, { directory: '' }, narrow));
    expect(line('script:/tmp/some/where/a-long-tab.json')).toBe(
      '…me/where/a-long-tab.json'.slice(-24).replace(/^./, '…'),
    );
    expect(line(MODEL)).toBe(MODEL);
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

describe('the status line', () => {
  const usage = (over: object) =>
    ({
      type: 'context_usage_update',
      model_name: MODEL,
      context_limit: 200_000,
      input_tokens: 20_000,
      output_tokens: 2_000,
      cache_read_tokens: 38_000,
      total_input_tokens: 0,
      total_output_tokens: 0,
      total_cache_read_tokens: 0,
      total_cache_creation_tokens: 0,
      total_reasoning_tokens: 0,
      ...over,
    }) as const;
  const done = (cost?: number) =>
    ({
      type: 'done',
      turn_id: 't',
      status: 'completed',
      stop_reason: 'stop',
      iterations: 1,
      usage: { input_tokens: 10, output_tokens: 1 },
      duration_ms: 1,
      ...(cost === undefined ? {} : { cost }),
    }) as const;
  const START = {
    type: 'session_started',
    session_id: 's',
    model: 'anthropic/claude-opus-5-5',
    cwd: '/p',
    protocol_version: 1,
  } as const;
  const at = (width: number, log: readonly AgentMessage[]): string =>
    plainText(statusLine(foldChatView(log).status, FACTS, { ...LAYOUT, width }));

  test('says less and less as it gets narrower, the model last', () => {
    const log = stamped([START, usage({}), done(0.123)]);
    expect([200, 80, 40, 20, 8].map((width) => at(width, log).replace(/ {2,}/g, '  '))).toEqual([
      'anthropic/claude-opus-5-5 · ask · ~/projects/a-long-name/inside (main)  ▒▒█░░░░░┊░ · 30% 60k/200k · $0.12',
      'anthropic/claude-opus-5-5 · ask · inside  ▒▒█░░░░░┊░ · 30% 60k/200k · $0.12',
      'claude-opus-5-5 · ask  30% · $0.12',
      'claude-opus-5-5',
      'claude-…',
    ]);
  });

  test('marks what is estimated and what is unknown', () => {
    expect(at(200, stamped([START, usage({ estimated: true })]))).toContain('≈30% ≈60k/200k');
    expect(at(200, stamped([START, usage({ context_limit: undefined })]))).toContain('60k tokens');
    expect(at(200, stamped([START, usage({ context_limit: undefined })]))).not.toContain('%');
    expect(at(200, stamped([START, usage({ context_limit: undefined })]))).not.toMatch(/· +·|·\s*$|\s{2,}·/);
    expect(at(200, stamped([START, done(0.5), done()]))).toMatch(/≥\$0\.50$/);
    expect(at(200, stamped([START, done()]))).toMatch(/price unknown$/);
  });

  test('warns from 70 per cent and alarms from 85', () => {
    const roles = [0.5, 0.7, 0.85].map((ratio) => {
      const { status } = foldChatView(stamped([START, usage({ usage_ratio: ratio })]));
      return statusLine(status, FACTS, { ...LAYOUT, width: 120 }).find((part) => part.text.endsWith('%'))?.role;
    });
    expect(roles).toEqual(['dim', 'warning', 'error']);
  });
});
