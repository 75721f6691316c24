import type { AgentMessage } from '../messages.ts';
import { type AgUiEvent, frameEvent } from './ag-ui-event.ts';
import { AgUiRun } from './ag-ui-run.ts';
import type { Encoder } from './encoder.ts';
import { createLeftoverTest } from './leftovers.ts';

/** The events of AG-UI 1.0 as server-sent events: each turn is a run of the thread that the session is. */
export const agUi: Encoder = {
  name: 'ag-ui',
  description: 'Events of AG-UI 1.0 as server-sent events',
  media_type: 'text/event-stream',
  async *encode(messages, options) {
    for await (const event of agUiEvents(messages)) {
      const frame = frameEvent(event, options?.ag_ui_compat);
      if (frame !== '') yield frame;
    }
  },
};

/** Translates a whole session. What is said between two turns waits for the next run, as AG-UI has no other place. */
async function* agUiEvents(messages: AsyncIterable<AgentMessage>): AsyncGenerator<AgUiEvent, void, undefined> {
  let thread_id = 'session';
  let run: AgUiRun | undefined;
  let between: AgentMessage[] = [];
  const isLeftover = createLeftoverTest();
  for await (const message of messages) {
    if (isLeftover(message)) continue;
    if (message.type === 'session_started') thread_id = message.session_id;
    if (message.type === 'turn_started') {
      run = new AgUiRun({ thread_id, run_id: message.turn_id });
      yield* run.start(message.at);
      for (const earlier of between) yield* run.take(earlier);
      between = [];
    }
    if (run === undefined || run.isOver) between.push(message);
    else yield* run.take(message);
  }
  if (run?.isOver === false) yield* run.fail('The session ended before the turn was done.', 'stream_interrupted');
}
