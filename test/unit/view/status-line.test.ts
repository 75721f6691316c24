import { describe, expect, test } from 'vitest';
import type { AgentMessage } from '../../../src/messages.ts';
import { statusLine } from '../../../src/view/status-line.ts';
import { plainText } from '../../../src/view/styled-line.ts';
import { stamped } from '../../helpers/encode-log.ts';
import { foldChatView } from '../../helpers/fold-chat-view.ts';
import { layoutOf } from '../../helpers/layout.ts';

const LAYOUT = layoutOf(60);
const FACTS = { directory: '~/projects/a-long-name/inside', branch: 'main', permission_mode: 'ask' };
const MODEL = 'anthropic/claude';

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
});
