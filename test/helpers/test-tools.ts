import { z } from 'zod';
import {
  type AccessVerdict,
  type Permissions,
  type Tool,
  type ToolAccess,
  ToolFailure,
  type ToolRunContext,
} from '../../src/tools/tool.ts';
import { Gates } from './scripted-provider.ts';
import { zodInput } from './zod-input.ts';

/** Tools for tests of the agent: they do nothing outside, and stop where the test wants. */
export interface TestTools {
  readonly tools: readonly Tool[];
  /** The ids of the calls that were run, in the order in which they started. */
  readonly runs: string[];
  /** The ids of the calls that were started although their turn had been cancelled. */
  readonly late: string[];
  /** The ids of the calls that run now. */
  readonly running: Set<string>;
  /** Resolves when the call has started. */
  started(callId: string): Promise<void>;
  /** Lets a call of `wait` end. */
  release(callId: string): void;
}

const text = z.strictObject({ text: z.string().optional() });
const input = zodInput(text);

/** Makes the tools: list_files, say, fail, crash, wait, hang, stubborn, flood, write, ask. */
export function createTestTools(): TestTools {
  const runs: string[] = [];
  const late: string[] = [];
  const running = new Set<string>();
  const startGates = new Gates();
  const endGates = new Gates();

  const tool = (
    name: string,
    run: (context: ToolRunContext, said: string) => Promise<string> | string,
    access: (said: string) => ToolAccess = () => ({ kind: 'none' }),
  ): Tool<z.infer<typeof text>> => ({
    name,
    display_name: name,
    description: `The tool ${name}.`,
    input,
    summarize: (input) => input.text ?? '',
    access: (input) => access(input.text ?? ''),
    preview: (input) => ({ kind: 'text', text: `${name} ${input.text ?? ''}` }),
    run: async (input, context) => {
      runs.push(context.call_id);
      if (context.signal.aborted) late.push(context.call_id);
      running.add(context.call_id);
      startGates.open(context.call_id);
      try {
        return { result: await run(context, input.text ?? '') };
      } finally {
        running.delete(context.call_id);
      }
    },
  });

  const hang = (signal: AbortSignal): Promise<never> =>
    new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new ToolFailure('what it had so far')), { once: true });
    });

  const tools: Tool<z.infer<typeof text>>[] = [
    tool('list_files', () => 'a.txt\nb.txt'),
    tool('say', (_context, said) => said),
    tool('fail', (_context, said) => {
      throw new ToolFailure(`failed: ${said}`);
    }),
    tool('crash', () => {
      throw new TypeError('a bug');
    }),
    tool('wait', async (context, said) => {
      await Promise.race([endGates.wait(context.call_id), hang(context.signal)]);
      return `waited ${said}`;
    }),
    tool('hang', (context) => hang(context.signal)),
    tool('stubborn', () => new Promise<string>(() => {})),
    tool('flood', async (context) => {
      for (let line = 0; line < 50; line++) await context.output('stdout', `line ${line}\n`);
      context.progress(50, 50, 'all');
      return 'flooded';
    }),
    tool(
      'write',
      (_context, said) => `wrote ${said}`,
      (said) => ({ kind: 'write', paths: [`/${said}`] }),
    ),
    tool(
      'ask',
      (_context, said) => `did ${said}`,
      (said) => ({ kind: 'command', command: said, cwd: '/' }),
    ),
  ];
  return {
    tools: tools as unknown as Tool[],
    runs,
    late,
    running,
    started: (id) => startGates.wait(id),
    release: (id) => endGates.open(id),
  };
}

/** Permissions that allow everything but commands, which ask; `always` covers commands with the same first word. */
export function testPermissions(): Permissions & { mode: 'ask' | 'allow' | 'deny' } {
  const remembered = new Set<string>();
  const grant = { is_sandboxed: false };
  const firstWord = (access: ToolAccess): string =>
    access.kind === 'command' ? (access.command.split(' ')[0] ?? '') : '';
  return {
    mode: 'ask',
    judge(access): AccessVerdict {
      if (access.kind !== 'command' || this.mode === 'allow') return { decision: 'allow', by: 'mode', grant };
      if (this.mode === 'deny') return { decision: 'deny', by: 'mode', reason: 'Commands are not allowed here.' };
      if (remembered.has(firstWord(access))) return { decision: 'allow', by: 'rule', grant };
      const pattern = firstWord(access);
      return {
        decision: 'ask',
        reason: 'It runs a command.',
        facts: [],
        ...(pattern === '' ? {} : { pattern }),
        ...(pattern === 'rm' ? { is_irreversible: true } : {}),
        grant,
      };
    },
    remember(access) {
      remembered.add(firstWord(access));
    },
  };
}
