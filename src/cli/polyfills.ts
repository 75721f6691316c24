// Ink 8 uses what Node 20 does not have.
const promises = Promise as unknown as { withResolvers?: unknown };
promises.withResolvers ??= withResolvers;

function withResolvers<Value>(this: PromiseConstructor) {
  let resolve!: (value: Value | PromiseLike<Value>) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<Value>((fulfil, refuse) => {
    resolve = fulfil;
    reject = refuse;
  });
  return { promise, resolve, reject };
}
