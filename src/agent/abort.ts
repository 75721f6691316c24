/** Resolves as the promise does, or rejects with the signal's reason as soon as it is aborted. */
export function untilAborted<Value>(promise: Promise<Value> | Value, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(signal.reason);
    if (signal.aborted) {
      onAbort();
      void Promise.resolve(promise).catch(() => {});
      return;
    }
    signal.addEventListener('abort', onAbort, { once: true });
    Promise.resolve(promise)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** Makes a controller that is aborted with its parent; `release` unlinks it again. */
export function childController(parent: AbortSignal): { controller: AbortController; release(): void } {
  const controller = new AbortController();
  const onAbort = (): void => controller.abort(parent.reason);
  if (parent.aborted) onAbort();
  else parent.addEventListener('abort', onAbort, { once: true });
  return { controller, release: () => parent.removeEventListener('abort', onAbort) };
}

/** Why a turn was ended from outside. */
export class TurnCancelled extends Error {
  override readonly name = 'TurnCancelled';
}
