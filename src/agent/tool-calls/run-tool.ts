import { errorLine } from '../../errors.ts';
import type { ToolErrorKind, ToolResultMeta } from '../../messages.ts';
import { type Tool, ToolFailure, type ToolOutput, type ToolRunContext } from '../../tools/tool.ts';
import { childController } from '../abort.ts';
import type { Clock } from '../clock.ts';
import type { AgentLimits } from '../limits.ts';

/** How one run of a tool ended. */
export type ToolEnd =
  | { readonly kind: 'result'; readonly output: ToolOutput }
  | { readonly kind: ToolErrorKind; readonly error: string; readonly meta?: ToolResultMeta };

interface RunOptions {
  readonly clock: Clock;
  readonly limits: AgentLimits;
  /** Of the turn. */
  readonly signal: AbortSignal;
  readonly context: Omit<ToolRunContext, 'signal'>;
  /** How long a cancelled run may take to end. */
  readonly cancel_grace_ms: number;
}

type Settled = { readonly output: ToolOutput } | { readonly error: unknown };

/**
 * Runs a tool until it ends, its time is over, or the turn is cancelled. Never rejects.
 *
 * A tool that was told to stop has a bounded grace to end its processes and to say what it had got; one that lets the
 * grace pass is reported as stopped all the same, and what it does afterwards is not heard any more.
 */
export async function runTool(tool: Tool, input: unknown, options: RunOptions): Promise<ToolEnd> {
  const { signal, context } = options;
  const { controller, release } = childController(signal);
  const over = new AbortController();
  void abortAfter(controller, options, over.signal);
  const stopped = whenAborted(controller.signal);
  const running = settle(tool, input, { ...context, signal: controller.signal });
  try {
    const first = await Promise.race([running, stopped]);
    if (first !== undefined && !controller.signal.aborted) return toEnd(tool, first);
    const last = first ?? (await Promise.race([running, graceOver(options, over.signal)]));
    return stoppedEnd(last, signal.aborted ? 'cancelled' : 'timeout', options);
  } finally {
    over.abort();
    release();
  }
}

async function abortAfter(controller: AbortController, options: RunOptions, over: AbortSignal): Promise<void> {
  const { timeout_ms } = options.context;
  await options.clock.sleep(timeout_ms, over);
  if (!over.aborted) controller.abort(new Error(`The tool took longer than ${timeout_ms} ms.`));
}

function whenAborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

/** A cancel cuts the longer grace of a time-out short. */
async function graceOver(options: RunOptions, over: AbortSignal): Promise<undefined> {
  const { clock, limits, signal, cancel_grace_ms } = options;
  if (!signal.aborted) await Promise.race([clock.sleep(limits.timeout_grace_ms, over), whenAborted(signal)]);
  if (signal.aborted) await clock.sleep(cancel_grace_ms, over);
  return undefined;
}

async function settle(tool: Tool, input: unknown, context: ToolRunContext): Promise<Settled> {
  try {
    const output = await tool.run(input, context);
    if (typeof output?.result !== 'string') throw new TypeError('it gave no result text');
    return { output };
  } catch (error) {
    return { error };
  }
}

function toEnd(tool: Tool, settled: Settled): ToolEnd {
  if ('output' in settled) return { kind: 'result', output: settled.output };
  const { error } = settled;
  if (error instanceof ToolFailure) return { kind: 'failed', error: error.message, ...metaOf(error) };
  return { kind: 'failed', error: `The tool ${tool.name} failed unexpectedly: ${errorLine(error)}` };
}

/** A stopped tool may still tell what it had got; that is kept, with the reason behind it. */
function stoppedEnd(settled: Settled | undefined, kind: 'cancelled' | 'timeout', { context }: RunOptions): ToolEnd {
  const reason =
    kind === 'cancelled'
      ? '[cancelled by the person before it was complete]'
      : `[stopped after ${Math.round(context.timeout_ms / 1000)} s: it took too long]`;
  if (settled === undefined) return { kind, error: reason };
  if ('output' in settled)
    return {
      kind,
      error: `${settled.output.result}\n${reason}`,
      ...(settled.output.meta === undefined ? {} : { meta: settled.output.meta }),
    };
  if (settled.error instanceof ToolFailure)
    return { kind, error: `${settled.error.message}\n${reason}`, ...metaOf(settled.error) };
  return { kind, error: reason };
}

function metaOf({ meta }: ToolFailure): { meta?: ToolResultMeta } {
  return meta === undefined ? {} : { meta };
}
