// Runs programs, in a pipe or in a terminal, and measures them. CPU and bytes are reliable; wall times are upper bounds.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn as spawnInTerminal } from '@lydell/node-pty';

const HOOK = fileURLToPath(new URL('report-cpu.cjs', import.meta.url));

/** Runs `node args` to its end and gives its own CPU time, wall time, exit code and output. */
export async function runNode(args, { env = process.env, input } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'agent-chat-bench-'));
  const file = join(folder, 'cpu');
  const started = performance.now();
  const child = spawn(process.execPath, args, {
    env: { ...env, BENCH_CPU_FILE: file, NODE_OPTIONS: `--require ${HOOK}` },
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(input);
  const arrivals = [];
  let output = '';
  let errors = '';
  child.stdout.on('data', (data) => {
    arrivals.push({ at: performance.now(), text: String(data) });
    output += data;
  });
  child.stderr.on('data', (data) => {
    errors += data;
  });
  const code = await new Promise((resolve) => child.on('close', resolve));
  const wall_ms = performance.now() - started;
  const cpu_ms = Number(readFileSync(file, 'utf8')) / 1000;
  rmSync(folder, { recursive: true });
  return { code, output, errors, arrivals, cpu_ms, wall_ms };
}

/** CPU in milliseconds that a living process and its threads have used (10 ms steps). */
export function cpuSoFar(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** CPU in milliseconds of all children that have ended (10 ms steps): also what Node does before any script runs. */
export function childrenCpu() {
  const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

/** Megabytes that a living process has for itself, with its share of what is shared. */
export function memoryOf(pid) {
  const [, kilobytes] = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'));
  return Number(kilobytes) / 1024;
}

/** A program in a terminal, with every byte it wrote. */
export function openTerminal(args, { env, cols = 120, rows = 40 }) {
  const { CI: _, ...rest } = env;
  const terminal = spawnInTerminal(process.execPath, args, { cols, rows, env: rest, name: 'xterm-256color' });
  let bytes = 0;
  let text = '';
  const waiting = new Set();
  terminal.onData((data) => {
    bytes += Buffer.byteLength(data);
    text += data;
    for (const check of waiting) check();
  });
  const exited = new Promise((resolve) => terminal.onExit(({ exitCode }) => resolve(exitCode)));
  return {
    pid: terminal.pid,
    exited,
    write: (data) => terminal.write(data),
    bytes: () => bytes,
    text: () => text,
    /** Resolves when the text appears after the given position in the output. */
    waitFor: (wanted, from = 0) =>
      new Promise((resolve, reject) => {
        const limit = setTimeout(() => {
          waiting.delete(check);
          reject(new Error(`"${wanted}" did not appear. The end of the output: ${text.slice(-800)}`));
        }, 120_000);
        const check = () => {
          if (!text.includes(wanted, from)) return;
          clearTimeout(limit);
          waiting.delete(check);
          resolve(performance.now());
        };
        waiting.add(check);
        check();
      }),
    kill: () => terminal.kill(),
  };
}
