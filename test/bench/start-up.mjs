// What it costs to begin.
import { cpuSoFar, openTerminal, runNode } from './measure.mjs';
import { environment, median, PROGRAM, report } from './program.mjs';

/** CPU of bare Node in milliseconds, as the process counts it: what other figures are compared with. */
export async function measureBareNode() {
  const { own } = await cpuOf(['-e', '0']);
  report('bare Node: CPU', `${own.toFixed(1)} ms`);
  return own;
}

export async function measureStartUp(bare) {
  for (const flag of ['--version', '--help']) {
    await runNode([PROGRAM, flag], { env: environment() });
    const { own } = await cpuOf([PROGRAM, flag]);
    report(`${flag}: CPU`, `${own.toFixed(1)} ms (${(own / bare).toFixed(2)} × bare Node)`);
  }
  const cpus = [];
  const walls = [];
  for (let index = 0; index < 9; index += 1) {
    const started = performance.now();
    const terminal = openTerminal([PROGRAM, '--model', 'demo', '--no-session'], { env: environment() });
    await terminal.waitFor('\u001b[?2004h');
    await terminal.waitFor('demo');
    walls.push(performance.now() - started);
    cpus.push(cpuSoFar(terminal.pid));
    terminal.write('\u0004');
    await terminal.exited;
  }
  const mean = cpus.reduce((sum, cpu) => sum + cpu, 0) / cpus.length;
  report('ready for input: CPU, wall', `${mean.toFixed(0)} ms, ${median(walls).toFixed(0)} ms`);
}

async function cpuOf(args, times = 15) {
  const runs = [];
  for (let index = 0; index < times; index += 1) runs.push((await runNode(args, { env: environment() })).cpu_ms);
  return { own: median(runs) };
}
