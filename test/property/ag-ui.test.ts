import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { agUi } from '../../src/encoders/ag-ui.ts';
import type { AgentMessage } from '../../src/messages.ts';
import { generatedRun, recut } from '../helpers/generate-run.ts';
import { parseFrames, verifyAgUi, type WireEvent } from '../helpers/verify-ag-ui.ts';

async function encode(log: readonly AgentMessage[], ag_ui_compat?: string): Promise<WireEvent[]> {
  async function* messages(): AsyncGenerator<AgentMessage> {
    yield* log;
  }
  let text = '';
  for await (const chunk of agUi.encode(messages(), ag_ui_compat === undefined ? {} : { ag_ui_compat })) text += chunk;
  return parseFrames(text);
}

function joined(events: readonly WireEvent[], type: string, key: string): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const event of events) {
    if (event.type === type) texts[String(event[key])] = (texts[String(event[key])] ?? '') + String(event.delta);
  }
  return texts;
}

describe('the ag-ui encoder over generated runs', () => {
  test('passes the schemas and the verifier of AG-UI, whatever happens and wherever the log is cut off', async () => {
    await fc.assert(
      fc.asyncProperty(generatedRun, fc.double({ min: 0, max: 1, noNaN: true }), async (log, share) => {
        await verifyAgUi(await encode(log));
        await verifyAgUi(await encode(log.slice(0, Math.ceil(log.length * share))));
      }),
      { numRuns: 150 },
    );
  });

  test('ends every run exactly once, and waits for no tool call at its end', async () => {
    await fc.assert(
      fc.asyncProperty(generatedRun, async (log) => {
        const events = await encode(log);
        const turns = log.filter((message) => message.type === 'turn_started').length;
        expect(events.filter((event) => event.type === 'RUN_STARTED')).toHaveLength(turns);
        expect(events.filter((event) => event.type === 'RUN_FINISHED' || event.type === 'RUN_ERROR')).toHaveLength(
          turns,
        );
        const started = events.filter((event) => event.type === 'TOOL_CALL_START').map((event) => event.toolCallId);
        const answered = events.filter((event) => event.type === 'TOOL_CALL_RESULT').map((event) => event.toolCallId);
        expect([...answered].sort()).toEqual([...started].sort());
        let isInStep = false;
        for (const { type } of events) {
          if (type === 'STEP_STARTED' || type === 'STEP_FINISHED') isInStep = type === 'STEP_STARTED';
          if (type === 'TOOL_CALL_RESULT') expect(isInStep).toBe(true);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('keeps every text, thought and argument, however the log is cut into chunks', async () => {
    await fc.assert(
      fc.asyncProperty(generatedRun, fc.integer({ min: 1, max: 5 }), async (log, size) => {
        const [whole, cut] = [await encode(log), await encode(recut(log, size))];
        for (const [type, key] of [
          ['TEXT_MESSAGE_CONTENT', 'messageId'],
          ['REASONING_MESSAGE_CONTENT', 'messageId'],
          ['TOOL_CALL_ARGS', 'toolCallId'],
        ] as const) {
          expect(joined(cut, type, key)).toEqual(joined(whole, type, key));
        }
        const texts: Record<string, string> = {};
        for (const message of log) {
          if (message.type === 'text' && message.chunk !== '')
            texts[message.message_id] = (texts[message.message_id] ?? '') + message.chunk;
        }
        expect(joined(whole, 'TEXT_MESSAGE_CONTENT', 'messageId')).toEqual(texts);
      }),
      { numRuns: 60 },
    );
  });

  test('speaks only the names that AG-UI 0.0.45 had when asked to', async () => {
    await fc.assert(
      fc.asyncProperty(generatedRun, async (log) => {
        for (const event of await encode(log, '0.0.45')) {
          expect(event.type).not.toMatch(/^REASONING_|^SUBAGENT_|^ACTIVITY_/);
          expect(event).not.toHaveProperty('outcome');
          expect(event).not.toHaveProperty('protocolVersion');
        }
      }),
      { numRuns: 40 },
    );
  });
});
