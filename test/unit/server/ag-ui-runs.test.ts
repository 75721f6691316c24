import type { Message } from '@ag-ui/client';
import { describe, expect, test } from 'vitest';
import { agentFor, gate, input, last, post, run, say, serve, types } from '../../helpers/serve-fake.ts';
import type { WireEvent } from '../../helpers/verify-ag-ui.ts';

describe('the official AG-UI client against serve', () => {
  test('gets reasoning, text, a tool call with its result, and more text, as messages of its thread', async () => {
    const { server } = await serve((turn) => {
      turn.think('Let me look.');
      turn.text('I ', 'look.');
      turn.call('c1', 'read_file', '{"path":"a"}');
      turn.start('c1');
      turn.result('c1', 'content of a');
      turn.iteration();
      turn.text('Done.');
      turn.iteration();
    });
    const agent = agentFor(server);
    say(agent, 'read a');
    const events = await run(agent);
    expect(types(events)).toEqual([
      'RUN_STARTED',
      'CUSTOM',
      'STEP_STARTED',
      'REASONING_START',
      'REASONING_MESSAGE_START',
      'REASONING_MESSAGE_CONTENT',
      'REASONING_MESSAGE_END',
      'REASONING_ENCRYPTED_VALUE',
      'REASONING_END',
      'TEXT_MESSAGE_START',
      'TEXT_MESSAGE_CONTENT',
      'TEXT_MESSAGE_CONTENT',
      'TEXT_MESSAGE_END',
      'TOOL_CALL_START',
      'TOOL_CALL_ARGS',
      'TOOL_CALL_END',
      'TOOL_CALL_RESULT',
      'STEP_FINISHED',
      'STEP_STARTED',
      'TEXT_MESSAGE_START',
      'TEXT_MESSAGE_CONTENT',
      'TEXT_MESSAGE_END',
      'STEP_FINISHED',
      'RUN_FINISHED',
    ]);
    expect(last(events)).toMatchObject({ outcome: { type: 'success' }, threadId: 'thread-1' });
    expect(last(events)?.usage).toEqual([
      { provider: 'script', model: 'one', inputTokens: 13, outputTokens: 5, totalTokens: 18, cachedInputTokens: 3 },
    ]);
    expect(agent.messages.map((message) => [message.role, message.content])).toEqual([
      ['user', 'read a'],
      ['reasoning', 'Let me look.'],
      ['assistant', 'I look.'],
      ['tool', 'content of a'],
      ['assistant', 'Done.'],
    ]);
  });

  test('goes on with the same session in the next run, and answers only what is new', async () => {
    const { server, agents } = await serve((turn) => turn.text(`You said ${turn.input}.`));
    const agent = agentFor(server);
    say(agent, 'one');
    await run(agent);
    say(agent, 'two');
    await run(agent);
    expect(agent.messages.at(-1)?.content).toBe('You said two.');
    expect(agents.get('thread-1')?.received.map((message) => message.type === 'text' && message.content)).toEqual([
      'one',
      'two',
    ]);
  });

  test('cancels the turn by going away, and the next run of the thread begins behind it', async () => {
    const started = gate();
    const { server, logs } = await serve(async (turn) => {
      turn.text(`On ${turn.input}.`);
      if (turn.input !== 'wait') return undefined;
      started.open();
      await new Promise((resolve) => turn.signal.addEventListener('abort', resolve, { once: true }));
      return undefined;
    });
    const agent = agentFor(server);
    say(agent, 'wait');
    const gone = run(agent).catch((error: Error) => error);
    await started.opened;
    agent.abortRun();
    await gone;
    agent.setMessages([...agent.messages, { id: 'u9', role: 'user', content: 'next' } as Message]);
    const events = await run(agent);
    expect(events.filter((event) => event.type === 'TEXT_MESSAGE_CONTENT').map((event) => event.delta)).toEqual([
      'On next.',
    ]);
    const done = logs.get('thread-1')?.filter((message) => message.type === 'done') ?? [];
    expect(done.map((message) => message.status)).toEqual(['cancelled', 'completed']);
  });

  test('takes words that were cancelled unanswered once more, with those that follow them', async () => {
    const started = gate();
    const { server, agents } = await serve(async (turn) => {
      if (turn.input !== 'wait') return turn.text('Both.');
      started.open();
      await new Promise((resolve) => turn.signal.addEventListener('abort', resolve, { once: true }));
      return undefined;
    });
    const agent = agentFor(server);
    agent.setMessages([{ id: 'u1', role: 'user', content: 'wait' } as Message]);
    const gone = run(agent).catch((error: Error) => error);
    await started.opened;
    agent.abortRun();
    await gone;
    agent.setMessages([...agent.messages, { id: 'u2', role: 'user', content: 'next' } as Message]);
    await run(agent);
    const received = agents.get('thread-1')?.received.filter((message) => message.type === 'text');
    expect(received?.map((message) => message.type === 'text' && message.content)).toEqual(['wait', 'wait\n\nnext']);
  });

  test('runs two threads at once, and refuses a second run of one thread while the first is read', async () => {
    const [one_runs, both] = [gate(), gate()];
    let turns = 0;
    const { server } = await serve(async (turn) => {
      turns += 1;
      one_runs.open();
      if (turns === 2) both.open();
      await both.opened;
      turn.text(turn.input);
    });
    const [one, two] = [agentFor(server, 'a'), agentFor(server, 'b')];
    say(one, 'first');
    say(two, 'second');
    const first = run(one);
    await one_runs.opened;
    const refused = await post(server, '/ag-ui', input({ threadId: 'a' }));
    expect(refused.status).toBe(409);
    const [, events] = await Promise.all([first, run(two)]);
    expect(last(events)).toMatchObject({ type: 'RUN_FINISHED' });
  });

  test('sees receipts of what is sent to the session beside the run', async () => {
    const steered = gate();
    const { server, agents } = await serve(async (turn) => {
      turn.text('Working.');
      await steered.opened;
      turn.iteration();
      turn.text(turn.steers().join());
    });
    const agent = agentFor(server);
    say(agent, 'work');
    const events: WireEvent[] = [];
    let messagesUrl = '';
    await agent.runAgent(
      {},
      {
        onEvent: async ({ event }) => {
          events.push(event as WireEvent);
          if (event.type === 'CUSTOM' && event.name === 'agent_chat_session') {
            messagesUrl = (event.value as { messages_url: string }).messages_url;
          }
          if (event.type !== 'TEXT_MESSAGE_END' || agents.get('thread-1')?.received.length !== 1) return;
          const answer = await post(server, messagesUrl, { type: 'text', id: 's1', content: 'faster' });
          expect(answer.status).toBe(202);
          steered.open();
        },
      },
    );
    const receipts = events.filter((event) => event.type === 'CUSTOM').map((event) => event.name);
    expect(receipts).toEqual(['agent_chat_session', 'user_message_accepted', 'user_steered']);
    expect(agent.messages.at(-1)?.content).toBe('faster');
  });

  test('puts nothing but usage into the state it shares, and leaves the client its own', async () => {
    const usage = {
      total_input_tokens: 1,
      total_output_tokens: 1,
      total_cache_read_tokens: 0,
      total_cache_creation_tokens: 0,
      total_reasoning_tokens: 0,
    };
    const { server } = await serve((turn) => {
      turn.say({ type: 'context_usage_update', input_tokens: 7, output_tokens: 2, ...usage, model_name: 'script/one' });
    });
    const agent = agentFor(server);
    agent.setState({ theirs: [1] });
    say(agent, 'hi');
    await run(agent);
    expect(agent.state).toMatchObject({
      theirs: [1],
      agent_chat: { model: 'script/one', context_usage: { input_tokens: 7 } },
    });
    agent.setState([1, 2]);
    say(agent, 'hi again');
    await run(agent);
    expect(agent.state).toEqual([1, 2]);
  });

  test('finishes at once when its input asks nothing', async () => {
    const { server, agents } = await serve((turn) => turn.text('hi'));
    const events = await run(agentFor(server));
    expect(types(events)).toEqual(['RUN_STARTED', 'CUSTOM', 'RUN_FINISHED']);
    expect(agents.get('thread-1')?.received).toEqual([]);
  });
});
