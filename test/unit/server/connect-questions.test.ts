import { describe, expect, test } from 'vitest';
import { asRun, call, drive, end, result, say, start, told } from '../../helpers/drive-remote.ts';

describe('questions of a remote agent', () => {
  test('an interrupt is asked as an approval, and its answer resumes the run in the same turn', async () => {
    const interrupt = { id: 'i1', reason: 'tool_call', message: 'Delete it?', toolCallId: 'c1' };
    const driven = await drive(
      asRun(call('c1', 'delete_file', '{"path":"a"}'), { type: 'interrupt', interrupts: [interrupt] }),
      asRun([result('c1', 'deleted'), start('m'), say('m', 'Gone.'), end('m')]),
    );
    driven.send({ type: 'text', content: 'delete a' });
    const asked = await driven.next('approval_requested');
    expect(asked).toMatchObject({ tool_call_id: 'c1', reason: 'Delete it?' });
    driven.send({ type: 'approve', tool_call_id: 'c1', decision: 'once' });
    await driven.next('done');
    expect(told(driven)).toEqual([
      'turn_started',
      'call delete_file',
      'ready {"path":"a"}',
      'approval_requested',
      'approval_resolved once',
      'tool_started',
      'result deleted',
      'iteration_complete',
      'text Gone.',
      'iteration_complete',
      'done completed',
    ]);
    expect(driven.server.bodies[1]?.resume).toEqual([
      { interruptId: 'i1', status: 'resolved', payload: { approved: true } },
    ]);
  });

  test('a question that concerns no call takes any words, in the form that its schema wants', async () => {
    const responseSchema = { type: 'object', properties: { age: { type: 'number' } } };
    const interrupts = [{ id: 'i1', reason: 'input_required', message: 'How old?', responseSchema }];
    const driven = await drive(asRun([], { type: 'interrupt', interrupts }), asRun([]));
    driven.send({ type: 'text', content: 'hello' });
    await driven.next('approval_requested');
    driven.send({ type: 'text', id: 'w', content: '42' });
    await driven.next('done');
    expect(told(driven)).toContain('steered w');
    expect(driven.server.bodies[1]?.resume).toEqual([{ interruptId: 'i1', status: 'resolved', payload: { age: 42 } }]);
  });

  test.each([
    ['one field of text', { type: 'object', properties: { name: { type: 'string' } } }, 'Dan', { name: 'Dan' }],
    ['text alone', { type: 'string' }, '{"a":1}', '{"a":1}'],
    ['a number', { type: 'object', properties: { age: { type: 'integer' } } }, '42', { age: 42 }],
  ])('a schema of %s is asked for words, also for a call', async (_name, responseSchema, note, payload) => {
    for (const toolCallId of [undefined, 'c1']) {
      const interrupts = [{ id: 'i1', reason: 'input_required', message: 'Who?', responseSchema, toolCallId }];
      const driven = await drive(
        asRun(call('c1', 'ask'), { type: 'interrupt', interrupts }),
        asRun([result('c1', 'ok')]),
      );
      driven.send({ type: 'text', content: 'hello' });
      const asked = await driven.next('approval_requested');
      expect(asked.answer).toBe('text');
      driven.send({ type: 'approve', tool_call_id: asked.tool_call_id, decision: 'once', note });
      await driven.next('done');
      expect(driven.server.bodies[1]?.resume).toEqual([{ interruptId: 'i1', status: 'resolved', payload }]);
      expect(told(driven).join()).not.toContain('denied');
    }
  });

  test('a schema of one truth is a yes or a no, which is sent in its field', async () => {
    const responseSchema = { type: 'object', properties: { confirmed: { type: 'boolean' } } };
    const interrupts = [{ id: 'i1', reason: 'confirmation', message: 'Sure?', responseSchema }];
    const driven = await drive(asRun([], { type: 'interrupt', interrupts }), asRun([]));
    driven.send({ type: 'text', content: 'hello' });
    const asked = await driven.next('approval_requested');
    expect(asked.answer).toBeUndefined();
    driven.send({ type: 'approve', tool_call_id: asked.tool_call_id, decision: 'once' });
    await driven.next('done');
    expect(driven.server.bodies[1]?.resume).toMatchObject([{ payload: { confirmed: true } }]);
  });

  test('words never allow a tool call', async () => {
    const interrupts = [{ id: 'i1', reason: 'tool_call', toolCallId: 'c1' }];
    const driven = await drive(
      asRun(call('c1', 'rm'), { type: 'interrupt', interrupts }),
      asRun([result('c1', 'denied')]),
      asRun([]),
    );
    driven.send({ type: 'text', content: 'go' });
    await driven.next('approval_requested');
    driven.send({ type: 'text', id: 'w', content: 'no, wait' });
    await driven.next('user_message_accepted');
    expect(driven.server.bodies).toHaveLength(1);
    driven.send({ type: 'approve', tool_call_id: 'c1', decision: 'deny', note: 'too risky' });
    await driven.next('done');
    expect(driven.server.bodies[1]?.resume).toEqual([
      { interruptId: 'i1', status: 'resolved', payload: { approved: false, note: 'too risky' } },
    ]);
    await driven.next('done');
    told(driven);
  });

  test('a call of a tool of the front end is answered by the person', async () => {
    for (const outcome of [undefined, { type: 'success', pendingToolCallIds: ['c1'] }]) {
      const driven = await drive(
        asRun(call('c1', 'pick', '{"of":["a","b"]}'), outcome),
        asRun([start('m'), say('m', 'b it is')]),
      );
      driven.send({ type: 'text', content: 'go' });
      const asked = await driven.next('approval_requested');
      expect(asked.answer).toBe('text');
      driven.send({ type: 'approve', tool_call_id: asked.tool_call_id, decision: 'once', note: 'b' });
      await driven.next('done');
      expect(told(driven)).toContain('result b');
      expect(driven.server.bodies[1]?.messages).toContainEqual({
        id: 'answer-c1',
        role: 'tool',
        toolCallId: 'c1',
        content: 'b',
      });
    }
  });

  test('a call that the agent itself went on after waits for nobody', async () => {
    const driven = await drive(asRun([...call('c1', 'server_side'), start('m'), say('m', 'Done that.'), end('m')]));
    await driven.ask('go');
    expect(told(driven)).not.toContain('approval_requested');
  });

  test('a question that is left by a cancel is called off with the next message', async () => {
    const interrupts = [{ id: 'i1', reason: 'tool_call', toolCallId: 'c1' }];
    const driven = await drive(asRun(call('c1', 'rm'), { type: 'interrupt', interrupts }), asRun([]));
    driven.send({ type: 'text', content: 'go' });
    await driven.next('approval_requested');
    driven.send({ type: 'cancel' });
    expect((await driven.next('done')).status).toBe('cancelled');
    await driven.ask('something else');
    expect(driven.server.bodies[1]?.resume).toEqual([{ interruptId: 'i1', status: 'cancelled' }]);
    told(driven);
  });
});
