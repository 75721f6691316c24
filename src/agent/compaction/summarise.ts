import { contentText } from '../../content-text.ts';
import { type ConversationMessage, SUMMARY_PREFIX } from '../../conversation.ts';
import type { TokenUsage } from '../../messages.ts';
import { ProviderError, type ResolvedModel } from '../../providers/provider.ts';
import type { AgentParts } from '../agent-parts.ts';
import { leastEffort } from '../effort.ts';
import { failureDetails } from '../model-call/model-call.ts';
import type { ModelCall } from '../model-call/model-request.ts';
import { endedEarly, pullEvents } from '../model-call/pull-events.ts';
import { publishUsage } from '../model-call/record-usage.ts';
import { RetryPolicy } from '../model-call/retry-policy.ts';
import { shorten } from './shorten.ts';
import {
  REQUEST_HEADING,
  SUMMARY_SYSTEM,
  summaryPrompt,
  type TranscriptLimits,
  transcriptOf,
} from './summary-prompt.ts';

interface SummaryJob {
  readonly messages: readonly ConversationMessage[];
  readonly hint: string | undefined;
  /** The tokens that one request may have. */
  readonly budget_tokens: number;
  readonly signal: AbortSignal;
}

const USUAL_LIMITS: TranscriptLimits = { text: 12_000, tool_result: 2_000 };
const TIGHT_LIMITS: TranscriptLimits = { text: 3_000, tool_result: 300 };
const MAX_REQUESTS = 6;
const MAX_SUMMARY_TOKENS = 8_192;
/** A request that is too long after all is made smaller so many times. */
const MAX_SHRINKS = 2;

/**
 * Has the model summarise messages, in several requests one after the other when they do not fit into one. A summary
 * that stands at their beginning is carried on whole. Rejects with a `ProviderError`, or when aborted.
 */
export async function summarise(parts: AgentParts, job: SummaryJob): Promise<string> {
  for (let shrinks = 0; ; shrinks++) {
    try {
      return await summariseWithin(parts, { ...job, budget_tokens: Math.ceil(job.budget_tokens / 2 ** shrinks) });
    } catch (error) {
      const isTooLong = error instanceof ProviderError && error.details.kind === 'context_length';
      if (job.signal.aborted || !isTooLong || shrinks >= MAX_SHRINKS) throw error;
    }
  }
}

async function summariseWithin(parts: AgentParts, job: SummaryJob): Promise<string> {
  const model = await parts.settings.model(job.signal);
  const [head, ...rest] = job.messages;
  const earlier = head?.role === 'user' && head.origin === 'summary' ? contentText(head.content) : undefined;
  const messages = earlier === undefined ? job.messages : rest;
  let summary = earlier === undefined ? undefined : bareSummary(parts, earlier);
  for (const transcript of transcripts(parts, messages, job.budget_tokens)) {
    const prompt = summaryPrompt(transcript, summary, job.hint);
    summary = await ask(parts, summaryCall(parts, model, { prompt, signal: job.signal }));
  }
  return summary ?? '';
}

/** While the same turn goes on, its request is added to the new summary; a copy in the old one would be one too many. */
function bareSummary({ journal }: AgentParts, content: string): string {
  const summary = content.replace(SUMMARY_PREFIX, '');
  const heading = summary.lastIndexOf(REQUEST_HEADING);
  return heading < 0 || journal.state.turn_id === undefined ? summary : summary.slice(0, heading).trimEnd();
}

/** Cuts the transcript into parts that each fit one request. */
function transcripts(
  parts: AgentParts,
  messages: readonly ConversationMessage[],
  budget_tokens: number,
): readonly string[] {
  const usual = grouped(parts, transcriptOf(messages, USUAL_LIMITS), budget_tokens);
  return usual.length <= MAX_REQUESTS ? usual : grouped(parts, transcriptOf(messages, TIGHT_LIMITS), budget_tokens);
}

function grouped(parts: AgentParts, pieces: readonly string[], budget_tokens: number): string[] {
  const groups: string[][] = [[]];
  let used = 0;
  for (const whole of pieces) {
    // No text has more tokens than characters in use, so this piece fits whatever it consists of.
    const piece = shorten(whole, budget_tokens);
    const tokens = textTokens(parts, piece);
    if (used > 0 && used + tokens > budget_tokens) {
      groups.push([]);
      used = 0;
    }
    groups.at(-1)?.push(piece);
    used += tokens;
  }
  return groups.map((group) => group.join('\n\n'));
}

function textTokens({ options }: AgentParts, text: string): number {
  const message = { role: 'user' as const, id: '', content: text, origin: 'continue' as const };
  return options.catalog.estimateTokens({ system: '', conversation: [message], tools: [] });
}

function summaryCall(
  parts: AgentParts,
  model: ResolvedModel,
  { prompt, signal }: { prompt: string; signal: AbortSignal },
): ModelCall {
  const { info } = model;
  const effort = leastEffort(info);
  const max_output_tokens = Math.min(
    MAX_SUMMARY_TOKENS,
    info.output_limit ?? MAX_SUMMARY_TOKENS,
    Math.ceil((info.context_limit ?? Number.POSITIVE_INFINITY) / 4),
  );
  return {
    model,
    signal,
    request: {
      model: info,
      system: SUMMARY_SYSTEM,
      conversation: [{ role: 'user', id: parts.ids.next(), content: prompt, origin: 'continue' }],
      tools: [],
      ...(effort === undefined ? {} : { effort }),
      max_output_tokens,
      session_id: parts.options.session_id,
    },
  };
}

async function ask(parts: AgentParts, call: ModelCall): Promise<string> {
  const policy = new RetryPolicy(parts.limits, parts.options.random);
  for (;;) {
    try {
      return await askOnce(parts, call);
    } catch (error) {
      call.signal.throwIfAborted();
      const { message, kind, status } = failureDetails(error);
      const verdict = policy.judge(failureDetails(error));
      if (verdict.action !== 'retry') throw error;
      const { attempt, max_attempts, delay_ms } = verdict;
      const cause = { message, kind, ...(status === undefined ? {} : { status }) };
      parts.journal.publish({ type: 'retrying', attempt, max_attempts, delay_ms, error: cause, discarded: [] });
      await parts.options.clock.sleep(delay_ms, call.signal);
      call.signal.throwIfAborted();
    }
  }
}

async function askOnce(parts: AgentParts, call: ModelCall): Promise<string> {
  const { info } = call.model;
  let text = '';
  let usage: TokenUsage | undefined;
  let failure: ProviderError | undefined;
  try {
    await pullEvents(parts, call, (event) => {
      if (event.type === 'text') text += event.chunk;
      if (event.type === 'usage') usage = event.usage;
      if (event.type !== 'finish') return 'more';
      if (event.reason === 'refusal') failure = refused(info.name, event.detail);
      if (event.reason === 'context_full' && text.trim() === '') failure = tooLong(info.name);
      return 'complete';
    });
  } catch (error) {
    if (usage !== undefined) parts.ledger.add(info, usage);
    throw error;
  }
  const isEstimated = usage === undefined;
  const counted = usage ?? {
    input_tokens: parts.options.catalog.estimateTokens(call.request),
    output_tokens: textTokens(parts, text),
  };
  parts.ledger.add(info, counted);
  publishUsage(parts, { info, usage: counted, isEstimated });
  if (failure !== undefined) throw failure;
  if (text.trim() === '') throw endedEarly(info.name, 'was empty');
  return text.trim();
}

function refused(model_name: string, detail: string | undefined): ProviderError {
  const why = detail === undefined ? '' : `: ${detail}`;
  return new ProviderError({ kind: 'refusal', message: `${model_name} refused to summarise${why}`, retryable: false });
}

function tooLong(model_name: string): ProviderError {
  return new ProviderError({
    kind: 'context_length',
    message: `The part to summarise is too long for ${model_name}.`,
    retryable: false,
  });
}
