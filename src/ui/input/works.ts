import type { WorkName } from '../../commands/command.ts';
import type { InputCore } from './state.ts';

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
  run: (signal: AbortSignal) => Promise<void>,
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
    await run(controller.signal);
  } catch (error) {
    if (!controller.signal.aborted) throw error;
    core.hint(`${name.sign} was stopped.`);
  } finally {
    running.controllers.delete(id);
    if (running.controllers.size === 0) {
      clearInterval(running.clock);
      delete running.clock;
    }
    core.update({ works: core.state.works.filter((work) => work.id !== id) });
  }
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
    core.update({ works: core.state.works.map((work) => ({ ...work, elapsed_ms: now - work.since })) }),
  );
}
