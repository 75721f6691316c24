import type { Dialect } from './endpoint.ts';

/** What a service's dialect of Chat Completions demands of a history, beside what it demands of a request. */
export interface HistoryDialect extends Dialect {
  /** Tool calls carry `extra_content.google.thought_signature`; calls without one are refused (Gemini). */
  readonly has_thought_signatures?: true;
  /** A user message must not follow a tool result directly (Mistral). */
  readonly needs_assistant_after_tools?: true;
}
