import type { AgentMessageBody, ApprovalOption, ApprovalPreview } from '../../../../src/messages.ts';
import { type PromptRun, startPrompt } from './prompt-harness.ts';

/** The answers that are offered. */
export const OPTIONS = [
  { decision: 'once', label: 'Yes, once' },
  { decision: 'always', label: 'Yes, always for `npm test`' },
  { decision: 'deny', label: 'No' },
] as const;

interface Asked {
  readonly id: string;
  readonly reason: string;
  readonly options: readonly ApprovalOption[];
}

/** Asks about one call. */
export function ask(prompt: PromptRun, preview: ApprovalPreview, about: Partial<Asked> = {}): void {
  const { id = 'c1', reason = 'it runs a command', options = OPTIONS } = about;
  const request = { id, name: 'run_command', arguments: '' };
  prompt.observe({ type: 'tool_call', request, display_name: 'Run', model_name: 'demo/demo' });
  const asked: AgentMessageBody = {
    type: 'approval_requested',
    tool_call_id: id,
    reason,
    preview,
    options,
  };
  prompt.observe(asked);
}

/** What a question about a command shows. */
export const COMMAND: ApprovalPreview = {
  kind: 'command',
  command: 'npm test',
  cwd: '/repo',
  facts: ['writes: dist/'],
};

/** A prompt with one question that has been on the screen long enough to be answered. */
export function asked(preview: ApprovalPreview = COMMAND): PromptRun {
  const prompt = startPrompt();
  prompt.turn('t1');
  ask(prompt, preview);
  prompt.screen();
  prompt.wait(400);
  return prompt;
}

/** The answers that were sent. */
export function answers(prompt: PromptRun): readonly unknown[] {
  return prompt.sent().filter((message) => message.type === 'approve');
}
