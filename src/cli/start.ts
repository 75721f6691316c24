import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';
import vm from 'node:vm';
import { makeFolder } from '../make-folder.ts';

interface Chunk {
  exports: unknown;
}

/** Built-in modules that many parts import and few runs use. */
const LATE: ReadonlySet<string> = new Set(['node:crypto', 'node:child_process', 'node:readline']);

const requireBuiltIn = module.createRequire(__filename);
const directory = cacheDirectory();
const chunks = new Map<string, Chunk>();
/** The scripts whose compiled code is not kept yet, by the file that it belongs in. */
const fresh = new Map<string, vm.Script>();

process.once('exit', () => {
  for (const [file, script] of fresh) keep(file, script.createCachedData());
});
requireChunk('./main.cjs');

/**
 * Loads what the bundle asks for. Its chunks lie beside this file: to find them needs none of Node's search, and V8 keeps
 * their compiled code between runs, on Node 20 too. Both together are a third of the start-up time.
 */
function requireChunk(request: string): unknown {
  if (!request.startsWith('./')) return LATE.has(request) ? whenUsed(request) : requireBuiltIn(request);
  const known = chunks.get(request);
  if (known !== undefined) return known.exports;
  const chunk: Chunk = { exports: {} };
  chunks.set(request, chunk);
  const filename = path.join(__dirname, request);
  const run = keptScript(filename).runInThisContext();
  run.call(chunk.exports, chunk.exports, requireChunk, chunk, filename, __dirname);
  return chunk.exports;
}

/** Stands for a built-in module until something of it is asked for. */
function whenUsed(name: string): object {
  return new Proxy(
    {},
    {
      get: (_none, key) => Reflect.get(requireBuiltIn(name), key),
      has: (_none, key) => Reflect.has(requireBuiltIn(name), key),
      ownKeys: () => Reflect.ownKeys(requireBuiltIn(name)),
      getOwnPropertyDescriptor: (_none, key) => {
        const found = Reflect.getOwnPropertyDescriptor(requireBuiltIn(name), key);
        return found && { ...found, configurable: true };
      },
    },
  );
}

function keptScript(filename: string): vm.Script {
  const kept = path.join(directory, path.basename(filename));
  const cachedData = readIfThere(kept);
  const script = new vm.Script(module.wrap(readFileSync(filename, 'utf8')), {
    filename,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  if (cachedData === undefined || script.cachedDataRejected === true) fresh.set(kept, script);
  return script;
}

/** The build is part of the name: V8 itself takes kept code for any source of the same length. */
function cacheDirectory(): string {
  // biome-ignore lint/style/noProcessEnv: runs before anything else is loaded, the reader of the environment too
  const base = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  return path.join(base, 'agent-chat', `code-${AGENT_CHAT_BUILD}-${process.version}-${process.arch}`);
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

/** Failing to is no failure: in a read-only or absent home folder the next run compiles again. */
function keep(file: string, data: Buffer): void {
  try {
    makeFolder(path.dirname(file));
    const whole = `${file}.${process.pid}`;
    writeFileSync(whole, data, { mode: 0o600 });
    renameSync(whole, file);
  } catch {
    // The program has done its work all the same.
  }
}
