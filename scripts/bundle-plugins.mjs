import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Changes to bundled packages, each checked: a plugin that no longer finds its text fails the build.

/** Ink loads React's developer tools at start when DEV is set, with a top-level await that CommonJS cannot have. */
export function inkWithoutDevtools() {
  return {
    name: 'ink-without-devtools',
    transform(code, id) {
      if (!id.endsWith('ink/build/reconciler.js')) return undefined;
      let changed = replaced(code, "await import('./devtools.js')", '');
      changed = replaced(changed, 'await loadPackageJson()', '{}');
      return replaced(changed, "process.env['DEV'] === 'true'", 'false');
    },
  };
}

/**
 * Yoga fetches its own WebAssembly from a `data:` address, which loads all of undici at start and needs a top-level
 * await. Here the same bytes lie in a file beside the bundle and are compiled at once.
 */
export function yogaWithoutFetch() {
  return {
    name: 'yoga-without-fetch',
    transform(code, id) {
      if (id.endsWith('yoga-layout/dist/src/index.js')) return replaced(withBytes(code), 'await loadYoga()', COMPILED);
      if (!id.endsWith('yoga-wasm-base64-esm.js')) return undefined;
      const [address, base64] = code.match(/data:application\/octet-stream;base64,([A-Za-z0-9+/=]+)/) ?? [];
      if (address === undefined) throw new Error('yoga-layout no longer embeds its WebAssembly as base64');
      this.emitFile({ type: 'asset', fileName: 'yoga.wasm', source: Buffer.from(base64, 'base64') });
      return `import { readFileSync } from 'node:fs';\n${code.replace(address, '')}\nexport const wasmBytes = readFileSync(__dirname + '/yoga.wasm');\n`;
    },
  };
}

const COMPILED = `(() => {
  const yoga = {
    instantiateWasm(imports, done) {
      const module = new WebAssembly.Module(wasmBytes);
      const instance = new WebAssembly.Instance(module, imports);
      done(instance, module);
      return instance.exports;
    },
  };
  loadYoga(yoga);
  return yoga;
})()`;

/**
 * The SDKs get every answer from our transport, yet they mention `Headers`, `Response` and `FormData`: the first
 * mention of any loads all of undici. Here they get ours.
 */
export function sdksWithoutFetch() {
  const ours = fileURLToPath(new URL('../src/providers/wire/wire-headers.ts', import.meta.url));
  let count = 0;
  return {
    name: 'sdks-without-fetch',
    transform(code, id) {
      if (!/node_modules\/(?:openai|@anthropic-ai\/sdk)\//.test(id)) return undefined;
      const names = [...GLOBALS].filter(([name]) => new RegExp(`(?<![.\\w])${name}\\b`).test(code));
      if (names.length === 0) return undefined;
      count += 1;
      // On Node 24 even asking for the property's descriptor loads it.
      const asked = "'Headers',\n]) {\n    const descriptor = Object.getOwnPropertyDescriptor(globalThis, name);";
      const changed = id.endsWith('openai/lib/EventStream.mjs')
        ? replaced(code, asked, asked.slice("'Headers',".length))
        : code;
      const imports = names.map(([name, own]) => `${own} as ${name}`).join(', ');
      return `import { ${imports} } from ${JSON.stringify(ours)};\n${changed.replace(UNUSED_BODIES, 'undefined')}`;
    },
    buildEnd() {
      if (count === 0) throw new Error('No bundled SDK mentions Headers any more');
    },
  };
}

/**
 * The client of OpenAI's SDK brings an object for each of thirty services, with helpers for their streams, and sign-in with
 * certificates. Requests are made with its `post`: what is left is a quarter.
 */
export function openaiWithoutServices() {
  let count = 0;
  return {
    name: 'openai-without-services',
    transform(code, id) {
      const [, unused] = [...UNUSED_SIGN_IN].find(([file]) => id.endsWith(file)) ?? [];
      if (unused !== undefined) {
        count += 1;
        return unused;
      }
      if (!id.endsWith('openai/client.mjs')) return undefined;
      count += 1;
      const removed = new Set();
      const changed = replaced(code, 'import * as API from "./resources/index.mjs";', '')
        .replace(/^import \{ *(\w+)(?: as (\w+))?,? *\} from "\.\/resources\/.*$/gm, (_line, name, alias = name) => {
          removed.add(alias);
          return '';
        })
        .replace(/^ *this\.\w+ = new API\.\w+\(this\);$/gm, '')
        .replace(/^OpenAI\.\w+ = (\w+);$/gm, (line, name) => (removed.has(name) ? '' : line));
      if (removed.size < 20) throw new Error('The client of the openai package is made in another way now');
      return changed;
    },
    buildEnd() {
      if (count !== UNUSED_SIGN_IN.size + 1) throw new Error('The openai package signs in in another way now');
    },
  };
}

const UNUSED_SIGN_IN = new Map([
  [
    'openai/internal/auth/x509-workload-identity-auth.mjs',
    `export class X509WorkloadIdentityAuth {}
    export const isX509WorkloadIdentity = () => false;
    export const assertX509RequestOptions = () => {};
    export const snapshotX509RequestOptions = (options) => options;`,
  ],
  ['openai/auth/workload-identity-auth.mjs', 'export class WorkloadIdentityAuth {}'],
]);

/** Signing in to MCP servers is not offered: a header of the config file says who calls. It is a sixth of the client. */
export function mcpWithoutSignIn() {
  return {
    name: 'mcp-without-sign-in',
    transform(code, id) {
      if (!/@modelcontextprotocol\/client\/dist\/public-[\w-]+\.mjs$/.test(id)) return undefined;
      const begin = 'async function auth(provider, options) {';
      return replaced(code, begin, `${begin}\n\tthrow new Error('Signing in is not part of this program');`);
    },
  };
}

/**
 * Ink measures and cuts text by tables of Unicode that take 60 ms to set up: simple text goes without. It also makes cells
 * of all it writes, of which nothing is left where one such text stands alone, as the prompt does.
 */
export function inkWithoutTables() {
  const ours = fileURLToPath(new URL('../src/view/simple-text.ts', import.meta.url));
  const changes = new Map([
    [
      'string-width/index.js',
      [
        ['if (/^[\\u0020-\\u007E]*$/.test(string)) {\n\t\treturn string.length;\n\t}', FROM_SIMPLE_WIDTH],
        ['const rgiEmojiRegex = /^\\p{RGI_Emoji}$/v;', ''],
        ['rgiEmojiRegex.test(segment)', 'isRgiEmoji(segment)'],
        ['new Intl.Segmenter()', 'graphemeSegmenter'],
      ],
    ],
    ['wrap-ansi/index.js', [['new Intl.Segmenter()', 'lazySegmenter']]],
    [
      '@alcalzone/ansi-tokenize/build/tokenize.js',
      [['new Intl.Segmenter(undefined, { granularity: "grapheme" })', 'graphemeSegmenter']],
    ],
    ['slice-ansi/tokenize-ansi.js', [["new Intl.Segmenter(undefined, {granularity: 'grapheme'})", 'lazySegmenter']]],
    [
      'ink/build/output.js',
      [
        [
          '    get() {\n',
          '    get() {\n        const alone = textAlone(this);\n        if (alone !== undefined) return alone;\n',
        ],
      ],
    ],
    ['ink/build/line-update.js', [["new Intl.Segmenter(undefined, { granularity: 'grapheme' })", 'lazySegmenter']]],
  ]);
  return {
    name: 'ink-without-tables',
    transform(code, id) {
      const [name, changed] = [...changes].find(([end]) => id.endsWith(`node_modules/${end}`)) ?? [];
      if (name === undefined) return undefined;
      const imports = `import { graphemeSegmenter, isRgiEmoji, lazySegmenter, simpleWidth, textAlone } from ${JSON.stringify(ours)};\n`;
      return imports + changed.reduce((text, [from, to]) => replaced(text, from, to), code);
    },
  };
}

const FROM_SIMPLE_WIDTH = 'const simple = simpleWidth(string);\n\tif (simple !== undefined) return simple;';

/** undici carries its parser twice, with and without instructions that few machines lack: the one for all is enough. */
export function undiciWithOneParser() {
  return {
    name: 'undici-with-one-parser',
    transform(code, id) {
      if (!id.endsWith('undici/lib/dispatcher/client-h1.js')) return undefined;
      return replaced(code, '../llhttp/llhttp_simd-wasm.js', '../llhttp/llhttp-wasm.js');
    },
  };
}

/** Commander needs other processes for a kind of command that this program does not have: not at start, then. */
export function commanderWithoutProcesses() {
  return {
    name: 'commander-without-processes',
    transform(code, id) {
      if (!id.endsWith('commander/lib/command.js')) return undefined;
      const loaded = "const childProcess = require('node:child_process');";
      return replaced(
        code,
        loaded,
        "const childProcess = { spawn: (...args) => require('node:child_process').spawn(...args) };",
      );
    },
  };
}

/** Writes what is not ASCII as escapes: V8 reads and keeps such a source as bytes, in half of the time and memory. */
export function asciiOnly() {
  const escapeOf = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
  // A backslash before such a character means nothing: it goes.
  const escaped = (text) =>
    text.replace(/(\\*)([^\0-\x7f])/g, (_, slashes, unit) => slashes.slice(slashes.length % 2) + escapeOf(unit));
  return {
    name: 'ascii-only',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type === 'chunk' && !/String\.raw`/.test(chunk.code)) chunk.code = escaped(chunk.code);
      }
    },
  };
}

const GLOBALS = new Map([
  ['Headers', 'WireHeaders'],
  ['Response', 'BuiltInResponse'],
  ['FormData', 'BuiltInFormData'],
]);

/** What a request could hold and ours never does; the first mention of the global streams loads a part of Node. */
const UNUSED_BODIES = /\bglobalThis\.(?:ReadableStream|Blob)\b/g;

function withBytes(code) {
  return `import { wasmBytes } from '../binaries/yoga-wasm-base64-esm.js';\n${code}`;
}

function replaced(code, text, replacement) {
  if (!code.includes(text)) throw new Error(`The bundled package has changed: it no longer contains ${text}`);
  return code.replaceAll(text, replacement);
}

/** Puts a hash of the whole bundle where `start` says `AGENT_CHAT_BUILD`: compiled code is kept by it. */
export function buildHash() {
  return {
    name: 'build-hash',
    generateBundle(_options, bundle) {
      const hash = createHash('sha256');
      const chunks = Object.values(bundle).filter((chunk) => chunk.type === 'chunk');
      for (const { code } of chunks.toSorted((a, b) => (a.fileName < b.fileName ? -1 : 1))) hash.update(code);
      const start = chunks.find((chunk) => chunk.fileName === 'start.cjs');
      start.code = replaced(start.code, 'AGENT_CHAT_BUILD', JSON.stringify(hash.digest('hex').slice(0, 16)));
    },
  };
}

/** Keeps what the finished program prints as its help where there is no terminal: the launcher need not load it then. */
export function helpText() {
  return {
    name: 'help-text',
    writeBundle({ dir }) {
      const text = execFileSync(process.execPath, [join(dir, 'main.cjs'), '--help'], { encoding: 'utf8' });
      if (!text.includes('--version')) throw new Error(`The built program printed no help: ${text}`);
      writeFileSync(join(dir, 'help.txt'), text);
    },
  };
}
