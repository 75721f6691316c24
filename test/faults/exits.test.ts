import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { configure, FAULT_KEY, FINE, PROTOCOLS, privateHome, refusal } from '../helpers/fault-run.ts';
import type { ModelAnswer } from '../helpers/model-server/answers.mjs';
import { type ScriptedAnswer, startModelServer } from '../helpers/model-server/model-server.ts';
import { type Home, type ProgramEnd, runProgram } from '../helpers/run-program.ts';

const ASK = ['-p', 'go', '-m', 'stand/in-1'];
const ESCAPES = /[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]|[\u{e0000}-\u{e007f}]/u;
/** Carriers of every kind: clipboard, title, links, device control, resets, 8-bit forms, cursor, hidden and reversed text. */
const CORPUS = [
  '\x1b]52;c;b3duZWQ=\x07',
  '\x1b]0;title\x1b\\',
  '\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\',
  '\x1bP+q544e\x1b\\',
  '\x1b_Ga=T\x1b\\',
  '\x1bc\x1b[2J\x1b[3J\x1b[21t\x1b[6n',
  '\u009b31m\u009d52;c;eA==\u009c\u0090q\u009c',
  '\x1b[8mhidden\x1b[0m\r\b\b\b\x07\x7f',
  '\u202eesrever\u202c\u200b\u{e0041}\u{e0042}',
  '\x1b]unterminated',
].join(' and ');

async function withHome<T>(use: (home: Home) => Promise<T>): Promise<T> {
  const home = privateHome();
  try {
    return await use(home);
  } finally {
    rmSync(home.path, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => probe.once('listening', listening));
  const { port } = probe.address() as AddressInfo;
  await new Promise((closed) => probe.close(closed));
  return port;
}

const lines = (text: string): string[] => text.trimEnd().split('\n');

test.concurrent('a refused connection is tried three times more, within seconds', () =>
  withHome(async (home) => {
    const port = await freePort();
    configure(home, 'anthropic', `http://127.0.0.1:${port}`);
    const start_ms = performance.now();
    const { code, stdout, stderr } = await runProgram(ASK, { home });
    expect(performance.now() - start_ms).toBeLessThan(20_000);
    expect([code, stdout]).toEqual([1, '']);
    expect(lines(stderr).map((line) => /ECONNREFUSED/.test(line))).toEqual([true, true, true, true]);
    expect(lines(stderr).at(-1)).toContain(`127.0.0.1:${port}`);
  }));

test.concurrent('a host that does not exist is said once, with its name', () =>
  withHome(async (home) => {
    configure(home, 'chat', 'http://no-such-host.invalid/v1');
    const { code, stdout, stderr } = await runProgram(ASK, { home });
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/no-such-host\.invalid.*\((ENOTFOUND|EAI_AGAIN)\)/);
    if (stderr.includes('ENOTFOUND')) expect(lines(stderr)).toHaveLength(1);
  }));

test.concurrent.each(PROTOCOLS)('%s: a certificate of nobody is refused at once, with the way out', (protocol) =>
  withHome(async (home) => {
    const folder = 'test/fixtures/wire/tls';
    const files = { key: readFileSync(`${folder}/key.pem`), cert: readFileSync(`${folder}/certificate.pem`) };
    let requests = 0;
    const server = createTlsServer(files, () => {
      requests += 1;
    }).listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    configure(home, protocol, `https://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
    const { code, stderr } = await runProgram(ASK, { home });
    await new Promise((closed) => server.close(closed));
    expect([code, requests, lines(stderr).length]).toEqual([1, 0, 1]);
    expect(stderr).toMatch(/certificate.*SELF_SIGNED.*NODE_EXTRA_CA_CERTS/);
  }),
);

interface Exchange extends ProgramEnd {
  readonly home: Home;
  readonly requests: number;
  /** Everything below the program's own folders. */
  readonly written: string;
}

async function exchange(
  script: readonly ScriptedAnswer[],
  use: (exchange: Exchange) => void,
  { args = ASK, env = {} }: { args?: readonly string[]; env?: Readonly<Record<string, string>> } = {},
): Promise<void> {
  await withHome(async (home) => {
    const server = await startModelServer({ protocol: 'anthropic', script });
    configure(home, 'anthropic', server.base_url);
    writeFileSync(join(home.cwd, 'a\x1b]52;c;eA==\x07b.txt'), 'x');
    const end = await runProgram(args, { home, env: { STAND_IN_API_KEY: FAULT_KEY, ...env } });
    await server.close();
    const written = filesBelow(join(home.path, 'state')).map((file) => readFileSync(file, 'utf8'));
    use({ ...end, home, requests: server.requests.length, written: written.join('\n') });
  });
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

const call = (name: string, args: unknown): ModelAnswer => ({ calls: [{ name, arguments: args }] });
const FULL = [...ASK, '--permission-mode', 'full', '--i-know', '--verbose'];

test.concurrent('no escape sequence of a model, a tool, a file name or a service reaches the terminal', async () => {
  const script = [
    { thoughts: CORPUS, text: `First ${CORPUS}`, ...call('list_files', {}) },
    call(`fly${CORPUS}`, {}),
    call('run_command', {
      command: `printf '%s' '${CORPUS.replaceAll("'", '')}'; printf '%s' '${CORPUS}' >&2; exit 3`,
    }),
    call('list_files', {}),
    call('read_file', { path: `no${CORPUS}` }),
    { text: `Last ${CORPUS}` },
    refusal(400, { type: 'invalid_request_error', message: `No ${CORPUS}` }),
  ];
  await exchange(
    script,
    ({ code, stdout, stderr }) => {
      // A command and a path with control characters are mistakes of the model: nobody is asked to allow them.
      expect(code).toBe(0);
      expect(stdout).toMatch(/^First .*\n\nLast /s);
      expect(stdout).not.toMatch(ESCAPES);
      expect(stderr).not.toMatch(ESCAPES);
    },
    { args: FULL },
  );
  await exchange(script.slice(-1), ({ stderr }) => expect(stderr).not.toMatch(ESCAPES));
});

test.concurrent('the key is in no environment of a tool, no file, no output and no error', () =>
  exchange(
    [
      call('run_command', { command: 'env; cat /proc/$PPID/environ | tr "\\0" "\\n"; true' }),
      call('read_file', { path: '/proc/self/environ' }),
      refusal(401, { type: 'authentication_error', message: `The key ${FAULT_KEY} is wrong.` }),
    ],
    ({ code, stdout, stderr, written }) => {
      expect(code).toBe(4);
      expect(written).toContain('run_command');
      expect(stdout + stderr + written).not.toContain(FAULT_KEY);
      expect(stderr).toContain('…cdef');
    },
    { args: FULL, env: { OTHER_NAME: FAULT_KEY, ANTHROPIC_API_KEY: FAULT_KEY } },
  ));

test.concurrent.each([
  ['a line break', 'sk-secret-part\nX-Evil: 1'],
  ['a space', 'sk-secret-part and more'],
  ['a control character', 'sk-secret-part\u0007more'],
  ['a character that is not ASCII', 'sk-secret-part–more'],
])('a key with %s is refused before anything is sent, without being shown', (flaw, key) =>
  withHome(async (home) => {
    const server = await startModelServer({ protocol: 'chat', script: [] });
    for (const [model, env] of [
      ['openai/gpt-5', { OPENAI_API_KEY: key, OPENAI_BASE_URL: server.base_url }],
      ['anthropic/claude-x', { ANTHROPIC_API_KEY: key, ANTHROPIC_BASE_URL: server.url }],
    ] as const) {
      const { code, stdout, stderr } = await runProgram(['-p', 'go', '-m', model], { home, env });
      expect([code, stdout]).toEqual([4, '']);
      expect(stderr).toContain(flaw);
      expect(stderr).not.toContain('secret-part');
    }
    await server.close();
    expect(server.requests).toEqual([]);
  }),
);

test.concurrent('what is written is for this user alone, whatever the umask', () =>
  withHome(async (home) => {
    const server = await startModelServer({
      protocol: 'chat',
      script: [call('run_command', { command: 'yes | head -c 100000' }), FINE],
    });
    configure(home, 'chat', server.base_url);
    const args = [...FULL, '--record', 'run.rec', '--events', 'events.jsonl'];
    const before = process.umask(0);
    const running = runProgram(args, { home });
    process.umask(before);
    await running;
    await server.close();
    const state = join(home.path, 'state', 'agent-chat');
    const files = [...filesBelow(state), join(home.cwd, 'run.rec'), join(home.cwd, 'events.jsonl')];
    const modes = files.map((file) => [file, (statSync(file).mode & 0o777).toString(8)]);
    expect(modes.filter(([, mode]) => mode !== '600')).toEqual([]);
    expect(files.length).toBeGreaterThan(3);
    const folders = readdirSync(state, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    for (const { name } of [...folders, { name: '.' }]) expect(statSync(join(state, name)).mode & 0o777).toBe(0o700);
  }));
