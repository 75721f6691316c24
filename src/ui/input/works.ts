import type { WorkName } from '../../commands/command.ts';
import type { InputCore, Work } from './state.ts';

/** Milliseconds between two looks at a text that grows, and how much of its end can be seen at all. */
const SHOWN_EVERY_MS = 80;
const SHOWN_END = 2000;

/** What it takes to stop the works of one prompt, newest last, and the clock that runs as long as there are any. */
interface Running {
  readonly controllers: Map<number, AbortController>;
  clock?: NodeJS.Timeout;
}

const runnings = new WeakMap<InputCore, Running>();
let count = 0;

/** Shows that something goes on until `run` ends. Stopping it aborts the signal; what `run` throws then is no failure. */
export async function startWork(
  core: InputCore,
  name: WorkName,
  run: (signal: AbortSignal, show: (text: string) => void) => Promise<void>,
): Promise<void> {
  const controller = new AbortController();
  count += 1;
  const id = count;
  const running: Running = runnings.get(core) ?? { controllers: new Map() };
  runnings.set(core, running);
  running.controllers.set(id, controller);
  running.clock ??= setInterval(() => tick(core), 1000);
  core.update({ works: [...core.state.works, { ...name, id, since: core.now(), elapsed_ms: 0 }] });
  try {
    await run(controller.signal, shower(core, id));
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    core.hint(`${name.sign} was stopped.`);
  } finally {
    running.controllers.delete(id);
    ends.delete(id);
    if (running.controllers.size === 0) {
      clearInterval(running.clock);
      delete running.clock;
    }
    core.update({ works: core.state.works.filter((work) => work.id !== id) });
  }
}

/** Shows the end of a text that grows; of many changes in a row some. The clock shows what is left. */
function shower(core: InputCore, id: number): (text: string) => void {
  let shown_at = Number.NEGATIVE_INFINITY;
  return (text) => {
    const now = core.now();
    ends.set(id, text.slice(-SHOWN_END));
    if (now - shown_at < SHOWN_EVERY_MS) return;
    shown_at = now;
    core.attempt(() => core.update({ works: core.state.works.map(withEnd) }));
  };
}

/** The ends of texts that grow, by the work that they are of. */
const ends = new Map<number, string>();

function withEnd(work: Work): Work {
  const end = ends.get(work.id);
  return end === undefined || end === work.end ? work : { ...work, end };
}

/** Stops the work that was started last. */
export function stopWork(core: InputCore): void {
  [...(runnings.get(core)?.controllers.values() ?? [])].at(-1)?.abort();
}

/** Stops everything: nobody is there any more to see how it ends. */
export function stopWorks(core: InputCore): void {
  for (const controller of runnings.get(core)?.controllers.values() ?? []) controller.abort();
}

function tick(core: InputCore): void {
  const now = core.now();
  core.attempt(() =>
    core.update({ works: core.state.works.map((work) => ({ ...withEnd(work), elapsed_ms: now - work.since })) }),
  );
}
