// One answer through a pipe.
import { childrenCpu, runNode } from './measure.mjs';
import { startModelServer } from './model-server.mjs';
import { environment, MODEL, median, PROGRAM, percentile, report } from './program.mjs';

/** CPU of whole runs: as the process itself counts it, and with what Node does before any script and after. */
export async function measurePipe(deltas, bare) {
  const server = await startModelServer({ deltas });
  await ask(server);
  const runs = [];
  const before = childrenCpu();
  const times = 9;
  for (let index = 0; index < times; index += 1) runs.push((await ask(server)).cpu_ms);
  const whole = (childrenCpu() - before) / times;
  server.close();
  const own = median(runs);
  const ratio = `${(own / bare).toFixed(1)} × bare Node`;
  report(
    `pipe, ${deltas} deltas: CPU of the whole run`,
    `${own.toFixed(0)} ms (${ratio}), by time ${whole.toFixed(0)} ms`,
  );
}

/** How long a delta takes from the socket to standard output, and whether each one is written by itself. */
export async function measurePipeLatency() {
  const server = await startModelServer({ deltas: 100, deltas_per_second: 50 });
  const { arrivals } = await ask(server);
  const delays = [];
  let seen = 0;
  let sent = 0;
  for (const { at, text } of arrivals) {
    seen += text.length;
    while (sent < server.sent.length && server.sent[sent].end <= seen) {
      delays.push(at - server.sent[sent].at);
      sent += 1;
    }
  }
  server.close();
  report(
    'pipe: a delta from socket to stdout',
    `p50 ${median(delays).toFixed(1)} ms, p95 ${percentile(delays, 0.95).toFixed(1)} ms (${arrivals.length} writes)`,
  );
}

async function ask(server) {
  const run = await runNode([PROGRAM, '-p', 'go', ...MODEL], { env: environment(server.url) });
  if (run.code !== 0 || !run.output.includes('END-OF-ANSWER')) throw new Error(`The pipe failed: ${run.errors}`);
  return run;
}
