import { clipLine } from '../../format.ts';
import { refusalOf } from '../../refused-batch.ts';
import type { ToolAccess } from '../../tools/tool.ts';
import { untilAborted } from '../abort.ts';
import type { AgentParts } from '../agent-parts.ts';
import { createDeferred } from '../deferred.ts';
import type { ToolCall } from '../model-call/read-reply.ts';
import { createCommandGate } from './command-gate.ts';
import { createPermits } from './permits.ts';
import { publishError } from './publish-tool-end.ts';
import { type ReadyCall, runToolCall } from './run-tool-call.ts';

/** What became of all the calls of one response. */
export interface BatchOutcome {
  /** Equal for batches with the same calls and the same results. */
  readonly fingerprint: string;
  /** Not one call could be run as it was written. */
  readonly isInvalid: boolean;
}

/** Runs the calls of one complete response, so many at a time, and ends each of them. Rejects only when aborted. */
export async function runBatch(
  parts: AgentParts,
  calls: readonly ToolCall[],
  signal: AbortSignal,
): Promise<BatchOutcome> {
  const { limits, journal } = parts;
  if (calls.length > limits.max_batch) return refuseBatch(parts, calls);
  const ready = calls.filter(isReady);
  const others = calls.filter((call) => !isReady(call));
  const results = new Map<ToolCall, string>();
  for (const call of others) results.set(call, publishError(parts, call, unusable(parts, call)));
  const permits = createPermits(limits.max_parallel_tools);
  const gate = createCommandGate();
  const touched = await untilAborted(Promise.all(ready.map((call) => accessOf(parts, call))), signal);
  const runs: Promise<void>[] = [];
  let mayAsk: Promise<unknown> = Promise.resolve();
  for (const [index, call] of ready.entries()) {
    const earlier = runs.filter((_run, other) => areInConflict(touched[other], touched[index]));
    const asked = createDeferred();
    const run = runToolCall(parts, call, {
      permits,
      gate,
      conflictsEnded: Promise.all(earlier),
      mayAsk,
      endAsking: asked.resolve,
      signal,
    });
    mayAsk = Promise.all([mayAsk, asked.promise]);
    runs.push(run.then((result) => void results.set(call, result)));
  }
  await Promise.all(runs);
  signal.throwIfAborted();
  await journal.room(signal);
  return { fingerprint: fingerprintOf(calls, results), isInvalid: ready.length === 0 };
}

function isReady(call: ToolCall): call is ReadyCall {
  return call.tool !== undefined && call.input !== undefined && call.arguments !== undefined;
}

function unusable(parts: AgentParts, call: ToolCall): { kind: 'unknown_tool' | 'invalid_arguments'; error: string } {
  if (call.tool === undefined) {
    const names = parts.settings.tools.map((tool) => tool.name).join(', ');
    const known = names === '' ? 'There are no tools.' : `The tools are ${names}.`;
    return { kind: 'unknown_tool', error: `There is no tool "${clipLine(call.name, 200)}". ${known}` };
  }
  return {
    kind: 'invalid_arguments',
    error: call.problem ?? 'The arguments never became complete. The tool was not run.',
  };
}

function refuseBatch(parts: AgentParts, calls: readonly ToolCall[]): BatchOutcome {
  const { max_batch } = parts.limits;
  const message = `${calls.length} tool calls in one response; at most ${max_batch} are run, so none was.`;
  parts.journal.publish({
    type: 'system_warning',
    message,
    suggested_action: 'The model is told to ask for fewer at a time.',
  });
  for (const call of calls) publishError(parts, call, { kind: 'failed', error: refusalOf(message) });
  return { fingerprint: fingerprintOf(calls, new Map()), isInvalid: false };
}

/** What a call touches; nothing is known of it when the tool cannot say, and the run itself will tell why. */
async function accessOf(parts: AgentParts, call: ReadyCall): Promise<ToolAccess | undefined> {
  try {
    return await call.tool.access(call.input.value, { cwd: parts.options.cwd });
  } catch {
    return undefined;
  }
}

/** Two calls on one file keep their order when one of them writes. */
function areInConflict(left: ToolAccess | undefined, right: ToolAccess | undefined): boolean {
  if (left?.kind !== 'write' && right?.kind !== 'write') return false;
  const paths = pathsOf(left);
  return pathsOf(right).some((path) => paths.includes(path));
}

function pathsOf(access: ToolAccess | undefined): readonly string[] {
  return access?.kind === 'read' || access?.kind === 'write' ? access.paths : [];
}

function fingerprintOf(calls: readonly ToolCall[], results: ReadonlyMap<ToolCall, string>): string {
  return JSON.stringify(
    calls.map((call) => [call.name, call.input?.canonical ?? call.arguments ?? '', results.get(call) ?? '']),
  );
}
