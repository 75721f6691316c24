import { readdirSync, readFileSync } from 'node:fs';
import type { ApprovalPreview } from '../../src/messages.ts';
import { INPUTS } from '../../src/tools/inputs.ts';
import type { ToolsOptions } from '../../src/tools/options.ts';
import { createTools } from '../../src/tools/registry.ts';
import { type AccessGrant, type ToolAccess, ToolFailure, type ToolOutput } from '../../src/tools/tool.ts';

/** What a test says about one call; the rest has quiet defaults. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeout_ms?: number;
  readonly grant?: AccessGrant;
  readonly output?: (stream: 'stdout' | 'stderr', chunk: string) => Promise<void>;
}

/** The real tools, called as the agent calls them: parsed, judged, shown, run. */
export interface ToolBench {
  call(name: string, input: unknown, options?: CallOptions): Promise<ToolOutput>;
  /** The message of the ToolFailure; fails when the call succeeds. */
  failure(name: string, input: unknown, options?: CallOptions): Promise<ToolFailure>;
  prepare(name: string, input: unknown): PreparedCall;
}

/** One call whose steps a test takes one by one. */
export interface PreparedCall {
  access(): Promise<ToolAccess>;
  preview(): Promise<ApprovalPreview>;
  run(options?: CallOptions): Promise<ToolOutput>;
}

/** Makes the tools for a working directory. */
export function toolBench(cwd: string, options: Partial<ToolsOptions> = {}): ToolBench {
  const tools = createTools({
    spill_dir: `${cwd}-spill`,
    environment: { PATH: process.env.PATH ?? '/usr/bin:/bin', HOME: cwd },
    ...options,
  });
  const prepare = (name: string, input: unknown): PreparedCall => {
    const tool = tools.find((candidate) => candidate.name === name);
    if (tool === undefined) throw new Error(`There is no tool ${name}`);
    const parsed = INPUTS[name as keyof typeof INPUTS].parse(input);
    return {
      access: async () => tool.access(parsed, { cwd }),
      preview: async () => tool.preview(parsed, { cwd }),
      run: async (call = {}) =>
        tool.run(parsed, {
          cwd,
          call_id: 'call_1',
          signal: call.signal ?? new AbortController().signal,
          timeout_ms: call.timeout_ms ?? 60_000,
          grant: call.grant ?? { is_sandboxed: false },
          output: call.output ?? (async () => undefined),
          progress: () => undefined,
        }),
    };
  };
  return {
    prepare,
    call: (name, input, call) => prepare(name, input).run(call),
    failure: async (name, input, call) => {
      try {
        await prepare(name, input).run(call);
      } catch (error) {
        if (error instanceof ToolFailure) return error;
        throw error;
      }
      throw new Error(`${name} succeeded`);
    },
  };
}

/** Finds the living processes whose command line holds a text, as `ps` would. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      const isMatch = readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(text);
      const isZombie = /\) Z /.test(readFileSync(`/proc/${name}/stat`, 'utf8'));
      return isMatch && !isZombie ? [Number(name)] : [];
    } catch {
      return [];
    }
  });
}
