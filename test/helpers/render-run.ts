import type { AgentMessage, AgentMessageBody, HaltReason, TurnStatus } from '../../src/messages.ts';
import { PROTOCOL_VERSION } from '../../src/messages.ts';
import type { CallPlan, IdlePlan, RunPlan, SegmentPlan, StepPlan, TurnPlan } from './generate-run.ts';
import { failed, lifeOf, MODEL } from './render-call.ts';

const HALTS: readonly HaltReason[] = ['max_iterations', 'budget', 'loop', 'rate_limit', 'context_full', 'refusal'];

/** A started call: the messages it still has to publish, the last of which ends it. */
interface OpenCall {
  readonly id: string;
  readonly plan: CallPlan;
  readonly isReady: boolean;
  readonly ahead: AgentMessageBody[];
}

/** Writes the log that a plan describes. The same plan gives the same log. */
export function renderRun(plan: RunPlan): AgentMessage[] {
  const log: AgentMessage[] = [];
  let turnId: string | undefined;
  let at = 1_780_000_000_000;
  let ids = 0;
  let queued: { id: string; content: string } | undefined;

  const nextId = (prefix: string): string => `${prefix}${++ids}`;
  const say = (body: AgentMessageBody): void => {
    at += 7;
    log.push({ ...body, seq: log.length + 1, at, ...(turnId === undefined ? {} : { turn_id: turnId }) });
  };
  const start = (resumed: boolean): void =>
    say({
      type: 'session_started',
      session_id: 's-generated',
      model: MODEL,
      cwd: '/home/someone/project',
      protocol_version: PROTOCOL_VERSION,
      ...(resumed ? { resumed: true as const } : {}),
    });

  const usage = (isEstimated = false): void =>
    say({
      type: 'context_usage_update',
      usage_ratio: 0.1,
      context_limit: 200_000,
      input_tokens: 100 + ids,
      output_tokens: 20,
      cache_read_tokens: 5,
      total_input_tokens: 100 * log.length,
      total_output_tokens: 20 * log.length,
      total_cache_read_tokens: 5,
      total_cache_creation_tokens: 0,
      total_reasoning_tokens: 0,
      model_name: MODEL,
      ...(isEstimated ? { estimated: true as const } : {}),
    });

  const compact = (outcome: 'completed' | 'failed' | 'cancelled', trigger: 'auto' | 'manual'): void => {
    say({ type: 'context_compaction_started', message_count: 4, trigger });
    const done = outcome === 'completed';
    say({
      type: 'context_compaction_result',
      outcome,
      ...(done ? { summary: `Summary ${log.length}` } : {}),
      messages_removed: done ? 1 : 0,
      tokens_before: 900,
      tokens_after: done ? 100 : 900,
      ...(outcome === 'failed' ? { error: 'The summary did not arrive.' } : {}),
    });
  };

  /** Says one segment; `isCut` leaves it before its close. Gives the id, and the call when it is one. */
  const segment = (part: SegmentPlan, isCut: boolean): { id: string; call?: OpenCall } => {
    if (part.kind === 'call') return call(part, isCut);
    const id = nextId(part.kind === 'text' ? 'm' : 't');
    for (const chunk of part.chunks) {
      say({ type: part.kind, message_id: id, chunk, is_complete: false, model_name: MODEL });
    }
    const close = { message_id: id, chunk: isCut ? '' : part.rest, is_complete: true, model_name: MODEL };
    if (part.kind === 'text') say({ type: 'text', ...close });
    else {
      const signature = part.signature === undefined || isCut ? {} : { signature: part.signature };
      say({ type: 'thought', ...close, duration_ms: 40 * part.chunks.length, ...signature });
    }
    return { id };
  };

  const call = (part: CallPlan, isCut: boolean): { id: string; call: OpenCall } => {
    const id = nextId('c');
    const json = JSON.stringify({ path: part.argument });
    const request = { id, name: part.name, arguments: json };
    say({ type: 'tool_call', request: { ...request, arguments: '' }, display_name: part.name, model_name: MODEL });
    const size = Math.ceil(json.length / part.cuts);
    for (let from = 0; from < json.length; from += size) {
      say({ type: 'tool_call_update', tool_call_id: id, chunk: json.slice(from, from + size), model_name: MODEL });
      if (isCut) break;
    }
    const isReady = !isCut && part.outcome !== 'invalid_arguments';
    if (isReady) {
      say({ type: 'tool_call_ready', request, display_name: part.name, args_summary: part.argument.slice(0, 8) });
    }
    return {
      id,
      call: {
        id,
        plan: part,
        isReady,
        ahead: isReady ? lifeOf(request, part) : [failed(id, part, 'invalid_arguments')],
      },
    };
  };

  const tools = (calls: readonly OpenCall[], schedule: readonly number[], reach: number): void => {
    const open = [...calls];
    const total = calls.reduce((sum, one) => sum + one.ahead.length, 0);
    const stop = reach === 1 ? total : Math.floor(total * reach);
    for (let turn = 0; turn < stop; turn += 1) {
      const index = (schedule[turn % schedule.length] ?? 0) % open.length;
      const one = open[index];
      const body = one?.ahead.shift();
      if (body === undefined) break;
      say(body);
      if (one?.ahead.length === 0) open.splice(index, 1);
    }
    for (const one of open) if (one.ahead.length > 0) say(failed(one.id, one.plan, 'cancelled'));
  };

  const step = (planned: StepPlan, iteration: number, reach: number): boolean => {
    if (planned.compaction !== undefined) compact(planned.compaction, 'auto');
    if (planned.steer !== undefined) {
      const id = nextId('u');
      say({ type: 'user_message_accepted', id, content: planned.steer, delivery: 'steer' });
      say({ type: 'user_steered', id, content: planned.steer, iteration });
    }
    if (planned.returned !== undefined) {
      const id = nextId('u');
      say({ type: 'user_message_accepted', id, content: planned.returned, delivery: 'steer' });
      say({ type: 'user_message_returned', id, content: planned.returned, reason: 'retracted' });
    }
    for (const [index, attempt] of planned.attempts.entries()) {
      const said = attempt.map((part) => segment(part, false));
      for (const one of said) if (one.call) say(failed(one.id, one.call.plan, 'cancelled'));
      say({
        type: 'retrying',
        attempt: index + 1,
        max_attempts: 5,
        delay_ms: 500,
        error: { message: 'The stream ended early.', kind: 'stream_interrupted' },
        discarded: said.map((one) => one.id),
      });
    }
    if (planned.hasProgress) say({ type: 'prompt_progress', processed: 512, total: 1024, cached: 128, time_ms: 90 });
    const isWhole = reach === 1;
    const until = isWhole ? planned.segments.length : Math.floor(planned.segments.length * reach);
    const calls: OpenCall[] = [];
    for (const [index, part] of planned.segments.slice(0, until).entries()) {
      const { call: opened } = segment(part, !isWhole && index === until - 1);
      if (opened !== undefined) calls.push(opened);
    }
    if (!isWhole && until < planned.segments.length) {
      for (const one of calls) say(failed(one.id, one.plan, 'cancelled'));
      return false;
    }
    if (planned.hasUsage) usage();
    if (planned.hasWarning) say({ type: 'system_warning', message: 'Something small.', suggested_action: '/help' });
    tools(calls, planned.schedule, reach);
    if (!isWhole) return false;
    say({ type: 'iteration_complete', iteration, tool_calls: calls.length });
    return true;
  };

  const turn = (planned: TurnPlan): void => {
    const input = queued ?? { id: nextId('u'), content: planned.input };
    queued = undefined;
    const id = nextId('turn-');
    turnId = id;
    say({ type: 'turn_started', turn_id: id, model_name: MODEL, input });
    if (planned.queued !== undefined) {
      queued = { id: nextId('u'), content: planned.queued };
      say({ type: 'user_message_accepted', ...queued, delivery: 'queue' });
    }
    const isCut = planned.status === 'error' || planned.status === 'cancelled';
    let iterations = 0;
    for (const [index, one] of planned.steps.entries()) {
      const isLast = index === planned.steps.length - 1;
      const ended = step(one, index + 1, isLast && isCut ? Math.min(planned.reach, 0.99) : 1);
      if (ended) iterations += 1;
      const hasCalls = one.segments.some((part) => part.kind === 'call');
      if (!isLast && !hasCalls && one.isContinued) say({ type: 'auto_continue', attempt: 1, max_attempts: 3 });
    }
    finish(planned.status, id, iterations);
    turnId = undefined;
  };

  const finish = (status: TurnStatus, turn_id: string, iterations: number): void => {
    if (status !== 'completed' && queued !== undefined) {
      say({ type: 'user_message_returned', ...queued, reason: 'cancelled' });
      queued = undefined;
    }
    if (status === 'error') {
      say({ type: 'error', message: 'The service refused the key.', kind: 'auth', status: 401, retryable: false });
    }
    if (status === 'cancelled') say({ type: 'cancelled', message: 'Cancelled.' });
    const reason = HALTS[ids % HALTS.length] ?? 'loop';
    say({
      type: 'done',
      turn_id,
      status,
      ...(status === 'halted' ? { halt: { reason, message: `Halted: ${reason}.`, actions: [] } } : {}),
      stop_reason: status === 'completed' ? 'stop' : status,
      iterations,
      usage: { input_tokens: 100, output_tokens: 20, cache_read_tokens: 5 },
      ...(iterations % 2 === 0 ? { cost: 0.25 } : {}),
      duration_ms: 1234,
      ...(status === 'completed' ? { final_text: finalText(log, turn_id) } : {}),
    });
  };

  const idle = (kind: IdlePlan): void => {
    if (kind === 'switch')
      say({
        type: 'model_switched',
        previous: MODEL,
        new: 'demo/other',
        report: { tokens_to_read: 9, thoughts_dropped: 0, images_dropped: 0, ids_rewritten: 0, cache_lost: true },
      });
    if (kind === 'effort') say({ type: 'reasoning_effort_changed', previous: 'medium', new: 'high' });
    if (kind === 'tools') say({ type: 'tools_updated', previous: ['read_file'], new: [] });
    if (kind === 'clear') say({ type: 'context_cleared', messages_removed: 2 });
    if (kind === 'restore') say({ type: 'context_restored', messages_restored: 2 });
    if (kind === 'compact') compact('completed', 'manual');
    if (kind === 'warning') say({ type: 'system_warning', message: 'Not saved.' });
    if (kind === 'usage') usage(true);
  };

  start(false);
  for (const [index, one] of plan.turns.entries()) {
    if (queued === undefined) idle(plan.between[index % plan.between.length] ?? 'none');
    turn(one);
  }
  if (queued !== undefined)
    say({ type: 'user_message_returned', ...(queued as { id: string; content: string }), reason: 'cleared' });
  if (plan.isEnded || plan.isResumed) say({ type: 'session_ended', status: 'completed' });
  if (plan.isResumed) start(true);
  return log;
}

/** What a turn answered: the texts since its last call of a tool that no retry made void. */
function finalText(log: readonly AgentMessage[], turnId: string): string {
  let texts: { id: string; text: string }[] = [];
  for (const message of log) {
    if (message.turn_id !== turnId) continue;
    if (message.type === 'text') texts.push({ id: message.message_id, text: message.chunk });
    if (message.type === 'retrying') texts = texts.filter(({ id }) => !message.discarded.includes(id));
    if (message.type === 'iteration_complete' && message.tool_calls > 0) texts = [];
  }
  return texts.map(({ text }) => text).join('');
}
