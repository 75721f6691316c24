// Records what the built program shows, as SVG pictures for the README: `node scripts/record-screen.mjs [FOLDER [SCENE]]`.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { BACKGROUND, toSvg } from './terminal-svg.mjs';

const PROGRAM = join(dirname(dirname(fileURLToPath(import.meta.url))), 'bin', 'agent-chat.js');
const FILES = {
  'notes.txt': 'Say hello to everybody.\n',
  'README.md': '# A project\n',
  'package.json': '{ "name": "project" }\n',
};
const GIVE_UP_MS = 20_000;
/** The terminal in memory answers no such question. */
const ASK_BACKGROUND = '\u001b]11;?';

/** A step types text, presses Enter after it, or waits until the screen shows something and no longer something else. */
const OVER = { until: 'Ask anything', without: 'cancels' };
const SCENES = {
  welcome: { size: [90, 14], steps: [{ until: 'agent-chat' }] },
  chat: {
    size: [90, 34],
    steps: [
      { until: 'agent-chat' },
      { enter: 'list the files here and then replace "hello" with "good morning" in notes.txt' },
      { until: 'Always' },
      { pause_ms: 600 },
      { type: 'y' },
      OVER,
      { pause_ms: 300 },
    ],
  },
  markdown: {
    size: [90, 34],
    steps: [{ until: 'Ask anything' }, { enter: 'show me markdown' }, OVER],
  },
  tools: {
    size: [90, 26],
    steps: [
      { until: 'Ask anything' },
      { enter: 'create notes.txt with "hello" and then run ls -la' },
      { until: 'Always' },
      { pause_ms: 600 },
    ],
  },
  commands: { size: [90, 16], steps: [{ until: 'Ask anything' }, { type: '/' }, { until: '/model' }] },
};

const [folder = 'docs/pictures', only] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
for (const [name, scene] of Object.entries(SCENES)) {
  if (only !== undefined && only !== name) continue;
  writeFileSync(join(folder, `${name}.svg`), await record(scene));
  console.log(join(folder, `${name}.svg`));
}
process.exit(0);

async function record({ size: [cols, rows], steps }) {
  const home = makeHome();
  const project = join(home, 'project');
  mkdirSync(project);
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(project, name), text);
  const terminal = new xterm.Terminal({ cols, rows, allowProposedApi: true, scrollback: 1000 });
  const env = { PATH: process.env.PATH, HOME: home, TERM: 'xterm-256color', COLORTERM: 'truecolor', LANG: 'C.UTF-8' };
  const pty = spawn(process.execPath, [PROGRAM, '--model', 'demo'], { cols, rows, cwd: project, env });
  const changes = [];
  pty.onData((bytes) => {
    if (bytes.includes(ASK_BACKGROUND))
      pty.write(`\u001b]11;rgb:${BACKGROUND.slice(1).match(/../g).join('/')}\u001b\\`);
    terminal.write(bytes, () => changes.splice(0).forEach((wake) => void wake()));
  });
  try {
    for (const step of steps) await take(step, { pty, terminal, changes });
    return toSvg(terminal);
  } finally {
    pty.kill();
    rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

/** Makes a folder whose name is fit for a picture, beside whatever has that name already. */
function makeHome(number = 1) {
  const path = join(tmpdir(), number === 1 ? 'demo' : `demo${number}`);
  try {
    mkdirSync(path);
    return path;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    return makeHome(number + 1);
  }
}

async function take(step, { pty, terminal, changes }) {
  if (step.type !== undefined) pty.write(step.type);
  if (step.enter !== undefined) pty.write(`${step.enter}\r`);
  if (step.enter !== undefined) await shows('cancels', { terminal, changes });
  if (step.until !== undefined) await shows(step.until, { terminal, changes, without: step.without });
  if (step.pause_ms !== undefined) await new Promise((resolve) => setTimeout(resolve, step.pause_ms));
}

async function shows(text, { terminal, changes, without }) {
  const limit = Date.now() + GIVE_UP_MS;
  const isShown = (screen) => screen.includes(text) && (without === undefined || !screen.includes(without));
  while (!isShown(screenOf(terminal))) {
    if (Date.now() > limit) throw new Error(`The screen never showed "${text}":\n${screenOf(terminal)}`);
    await new Promise((resolve) => {
      changes.push(resolve);
      setTimeout(resolve, 1000);
    });
  }
}

function screenOf(terminal) {
  const { active } = terminal.buffer;
  return Array.from({ length: terminal.rows }, (_, row) =>
    active.getLine(active.baseY + row)?.translateToString(true),
  ).join('\n');
}
