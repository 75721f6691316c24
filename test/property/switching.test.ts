import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ConversationMessage } from '../../src/conversation.ts';
import { repairHistory } from '../../src/providers/history/repair-history.ts';
import { reportSwitch } from '../../src/providers/history/switch-report.ts';
import { createIssuedThoughts } from '../helpers/strict-services/refusal.ts';
import { STRICT_SIDES, type StrictSide, strictModels } from '../helpers/strict-services/strict-models.ts';
import { takeStep, walk } from '../helpers/strict-services/walk.ts';

const WALKS = Number(process.env.AGENT_CHAT_WALKS ?? 2000);
const TOOLS = [{ name: 'read_file', description: 'Reads.', parameters: { type: 'object', properties: {} } }];

describe('a conversation that walks through the services', () => {
  test('is never refused by any of them, whatever was said, thought, called, cancelled or lost', () => {
    const models = strictModels();
    fc.assert(
      fc.property(walk, fc.integer({ min: 0, max: 4 }), (steps, wish) => {
        const issued = createIssuedThoughts();
        let conversation: readonly ConversationMessage[] = [
          { role: 'user', id: 'u0', content: 'hello', origin: 'person' },
        ];
        for (const step of steps) {
          const side = STRICT_SIDES[step.side] as StrictSide;
          const effort = side.info.efforts?.[wish];
          const request = { model: side.info, system: 'Be brief.', conversation, tools: TOOLS, session_id: 's' };
          const body = side.write(effort === undefined ? request : { ...request, effort });
          expect(side.check(JSON.parse(JSON.stringify(body)), { models, issued })).toBeUndefined();
          conversation = takeStep(conversation, step, issued);
        }
      }),
      { numRuns: WALKS },
    );
  });

  test('loses to a switch exactly what the report says', () => {
    fc.assert(
      fc.property(walk, fc.nat(STRICT_SIDES.length - 1), (steps, to) => {
        const issued = createIssuedThoughts();
        let conversation: readonly ConversationMessage[] = [
          { role: 'user', id: 'u0', content: 'hello', origin: 'person' },
        ];
        for (const step of steps) conversation = takeStep(conversation, step, issued);
        const target = (STRICT_SIDES[to] as StrictSide).info;
        const previous = (STRICT_SIDES[steps.at(-1)?.side ?? 0] as StrictSide).info;
        const report = reportSwitch({ system: '', conversation, tools: [] }, { target, previous });
        const foreign = repairHistory(conversation).flatMap((message) =>
          message.role === 'assistant' && message.model_name !== target.name
            ? message.parts.filter((part) => part.type === 'thought')
            : [],
        );
        expect(report.thoughts_dropped).toBeGreaterThanOrEqual(foreign.length);
        expect(report.cache_lost && target.name === previous.name).toBe(false);
      }),
      { numRuns: Math.ceil(WALKS / 4) },
    );
  });
});

describe('the repair of a history', () => {
  test('changes nothing the second time', () => {
    fc.assert(
      fc.property(walk, fc.array(fc.nat(30)), (steps, removed) => {
        const issued = createIssuedThoughts();
        let conversation: readonly ConversationMessage[] = [];
        for (const step of steps) conversation = takeStep(conversation, step, issued);
        // Also what no log should hold: messages out of the middle gone, results without their calls.
        const torn = conversation.filter((_, index) => !removed.includes(index));
        const once = repairHistory(torn);
        expect(repairHistory(once)).toEqual(once);
      }),
      { numRuns: Math.ceil(WALKS / 4) },
    );
  });

  test('makes even a torn history acceptable to every service', () => {
    const models = strictModels();
    fc.assert(
      fc.property(walk, fc.array(fc.nat(30)), fc.nat(STRICT_SIDES.length - 1), (steps, removed, to) => {
        const issued = createIssuedThoughts();
        let conversation: readonly ConversationMessage[] = [];
        for (const step of steps) conversation = takeStep(conversation, step, issued);
        const torn = conversation.filter((_, index) => !removed.includes(index));
        if (torn.length === 0) return;
        const side = STRICT_SIDES[to] as StrictSide;
        const last: ConversationMessage = { role: 'user', id: 'last', content: 'and now?', origin: 'person' };
        const request = { model: side.info, system: '', conversation: [...torn, last], tools: [], session_id: 's' };
        expect(side.check(JSON.parse(JSON.stringify(side.write(request))), { models, issued })).toBeUndefined();
      }),
      { numRuns: Math.ceil(WALKS / 2) },
    );
  });
});
