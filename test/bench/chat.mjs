// Answers on the screen.
import xterm from '@xterm/headless';
import { cpuSoFar, memoryOf, openTerminal } from './measure.mjs';
import { startModelServer, textOf } from './model-server.mjs';
import { environment, MODEL, PROGRAM, pause, percentile, report } from './program.mjs';

const COLS = 120;
const ROWS = 40;

/** One answer: what it costs, what is written, how far it lags, and whether all of it is in the scrollback. */
export async function measureChat({ deltas, deltas_per_second = 0, kind = 'mixed' }) {
  const server = await startModelServer({ deltas, deltas_per_second, kind });
  const terminal = await openChat(server);
  const before = { cpu: cpuSoFar(terminal.pid), bytes: terminal.bytes(), text: terminal.text().length };
  terminal.write('go\r');
  const shown = await terminal.waitFor('END-OF-ANSWER', before.text);
  await pause(300);
  const cpu = cpuSoFar(terminal.pid) - before.cpu;
  const bytes = terminal.bytes() - before.bytes;
  const idle = cpuSoFar(terminal.pid);
  await pause(3000);
  const idleShare = (cpuSoFar(terminal.pid) - idle) / 30;
  const memory = memoryOf(terminal.pid);
  const written = terminal.text();
  await endChat(terminal);
  server.close();
  const text = textOf(deltas, kind);
  const pace = deltas_per_second > 0 ? ` at ${deltas_per_second}/s` : '';
  const name = `chat, ${deltas} deltas${kind === 'mixed' ? '' : ` of ${kind}`}${pace}`;
  report(`${name}: CPU a 1,000 deltas`, `${(cpu / deltas).toFixed(3)} s`);
  report(`${name}: bytes a character`, (bytes / text.length).toFixed(2));
  report(`${name}: lag behind the last byte`, `${(shown - server.endedAt()).toFixed(0)} ms`);
  report(`${name}: memory, idle CPU afterwards`, `${memory.toFixed(0)} MB, ${idleShare.toFixed(1)} %`);
  const clears = [countOf(written, '\u001b[2J'), countOf(written, '\u001b[3J')].join(', ');
  report(
    `${name}: full clears (2J, 3J), text complete`,
    `${clears}, ${(await isComplete(written, text)) ? 'yes' : 'NO'}`,
  );
}

/** Many turns: whether the late ones cost more, and how fast a key is echoed after them. */
export async function measureTurns(count) {
  const server = await startModelServer({ deltas: 200 });
  const terminal = await openChat(server);
  const cpus = [];
  for (let turn = 0; turn < count; turn += 1) {
    const from = terminal.text().length;
    const before = cpuSoFar(terminal.pid);
    terminal.write(`turn ${turn}\r`);
    await terminal.waitFor('END-OF-ANSWER', from);
    await pause(60);
    cpus.push(cpuSoFar(terminal.pid) - before);
  }
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const late = mean(cpus.slice(-10));
  report(`${count} turns of 200 deltas: CPU of a late turn`, `${late.toFixed(0)} ms`);
  report(`${count} turns: late over early`, (late / mean(cpus.slice(1, 11))).toFixed(2));
  report(`${count} turns: memory`, `${memoryOf(terminal.pid).toFixed(0)} MB`);
  await measureEcho(terminal, `key echo after ${count} turns`);
  await endChat(terminal);
  server.close();
}

/** Keys that are typed while an answer streams. */
export async function measureEchoWhileStreaming() {
  const server = await startModelServer({ deltas: 2400, deltas_per_second: 200 });
  const terminal = await openChat(server);
  terminal.write('go\r');
  await terminal.waitFor('quick');
  await measureEcho(terminal, 'key echo while streaming at 200/s');
  terminal.write('\u001b');
  await endChat(terminal);
  server.close();
}

/** Letters that no answer contains. */
const KEYS = Array.from({ length: 60 }, (_, index) => String.fromCharCode(0x0410 + index));

async function measureEcho(terminal, name) {
  const echoes = [];
  for (const key of KEYS) {
    await pause(40 + Math.random() * 40);
    const from = terminal.text().length;
    const started = performance.now();
    terminal.write(key);
    echoes.push((await terminal.waitFor(key, from)) - started);
  }
  const [half, most] = [percentile(echoes, 0.5), percentile(echoes, 0.95)];
  report(name, `p50 ${half.toFixed(1)} ms, p95 ${most.toFixed(1)} ms`);
}

async function openChat(server) {
  const terminal = openTerminal([PROGRAM, ...MODEL], { env: environment(server.url), cols: COLS, rows: ROWS });
  await terminal.waitFor('\u001b[?2004h');
  await pause(300);
  return terminal;
}

async function endChat(terminal) {
  terminal.write('\u0003');
  await pause(600);
  terminal.write('\u0003\u0004');
  const hasEnded = await Promise.race([terminal.exited.then(() => true), pause(3000)]);
  if (hasEnded !== true) terminal.kill();
}

function countOf(text, part) {
  return text.split(part).length - 1;
}

/** Compares what a terminal keeps with what was sent: every letter and digit, in order, once. */
async function isComplete(written, text) {
  const terminal = new xterm.Terminal({ cols: COLS, rows: ROWS, scrollback: 1_000_000, allowProposedApi: true });
  await new Promise((resolve) => terminal.write(written, resolve));
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true) ?? '');
  const letters = (value) => value.replace(/[^\p{L}\p{N}]/gu, '');
  const shown = letters(lines.join(''));
  const wanted = letters(text);
  const at = shown.indexOf(wanted);
  return at !== -1 && !shown.includes(letters(text.slice(-200)), at + wanted.length);
}
