import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import module from 'node:module';
import { homedir } from 'node:os';
import path from 'node:path';
import vm from 'node:vm';
import { makeFolder } from '../make-folder.ts';

/** A hash of the whole bundle. V8 itself takes kept code for any source of the same length. */
declare const AGENT_CHAT_BUILD: string;

keepCompiledCode();
module.createRequire(__filename)('./main.cjs');

/** Lets V8 keep the program's compiled code between runs: a fifth of the start-up time. Failing to is no failure. */
function keepCompiledCode(): void {
  const { enableCompileCache } = module as { enableCompileCache?: (directory: string) => unknown };
  try {
    if (enableCompileCache === undefined) keepScripts(cacheDirectory());
    else enableCompileCache(cacheDirectory());
  } catch {
    // A read-only or absent home folder: the program starts all the same.
  }
}

function cacheDirectory(): string {
  // biome-ignore lint/style/noProcessEnv: runs before anything else is loaded, the reader of the environment too
  const base = process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
  return path.join(base, 'agent-chat', `code-${AGENT_CHAT_BUILD}-${process.version}-${process.arch}`);
}

interface Compiling {
  _compile(this: NodeJS.Module, content: string, filename: string): unknown;
}

/** Does for the chunks beside this file what `enableCompileCache` does, on a Node that does not have it (20). */
function keepScripts(directory: string): void {
  const fresh = new Map<string, vm.Script>();
  process.once('exit', () => {
    for (const [file, script] of fresh) keep(file, script.createCachedData());
  });
  const prototype = (module as unknown as { prototype: Compiling }).prototype;
  const compile = prototype._compile;
  prototype._compile = function compileKept(content, filename) {
    if (path.dirname(filename) !== __dirname) return compile.call(this, content, filename);
    const run = keptScript({ content, filename, directory, fresh }).runInThisContext();
    return run.call(this.exports, this.exports, module.createRequire(filename), this, filename, __dirname);
  };
}

interface Chunk {
  readonly content: string;
  readonly filename: string;
  readonly directory: string;
  /** Takes the scripts whose code is not kept yet, by the file it belongs in. */
  readonly fresh: Map<string, vm.Script>;
}

function keptScript({ content, filename, directory, fresh }: Chunk): vm.Script {
  const kept = path.join(directory, path.basename(filename));
  const cachedData = readIfThere(kept);
  const script = new vm.Script(module.wrap(content), {
    filename,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  if (cachedData === undefined || script.cachedDataRejected === true) fresh.set(kept, script);
  return script;
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
}

function keep(file: string, data: Buffer): void {
  try {
    makeFolder(path.dirname(file));
    const whole = `${file}.${process.pid}`;
    writeFileSync(whole, data, { mode: 0o600 });
    renameSync(whole, file);
  } catch {
    // The next run compiles again.
  }
}
