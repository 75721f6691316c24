import type { AgentMessageOf, ApprovalPreview, Halt } from '../messages.ts';
import { assertNever } from '../messages.ts';
import { type AgUiInterrupt, METADATA_KEY } from './ag-ui-event.ts';

/** The id of the interrupt that asks for one tool call. */
export function approvalInterruptId(tool_call_id: string): string {
  return `approval-${tool_call_id}`;
}

/** The id of the interrupt that a halted turn leaves behind. */
export function haltInterruptId(turn_id: string): string {
  return `halt-${turn_id}`;
}

/** Asks whether a tool call may run. Answered by `{"decision": "once"}` or, as other agents do, `{"approved": true}`. */
export function approvalInterrupt(message: AgentMessageOf<'approval_requested'>): AgUiInterrupt {
  return {
    id: approvalInterruptId(message.tool_call_id),
    reason: 'tool_call',
    message: `${message.reason}\n${previewText(message.preview)}`.trim(),
    toolCallId: message.tool_call_id,
    responseSchema: {
      type: 'object',
      properties: {
        approved: { type: 'boolean' },
        decision: {
          type: 'string',
          oneOf: message.options.map((option) => ({ const: option.decision, title: option.label })),
        },
        note: { type: 'string', description: 'Told to the model.' },
      },
    },
    metadata: {
      [METADATA_KEY]: { kind: 'approval', reason: message.reason, preview: message.preview, options: message.options },
    },
  };
}

/** Asks how to go on after a halt. Answered by `{"send": …}` with the `send` of one action, or any text. */
export function haltInterrupt(turn_id: string, halt: Halt): AgUiInterrupt {
  return {
    id: haltInterruptId(turn_id),
    reason: halt.reason,
    message: halt.message,
    responseSchema: {
      type: 'object',
      properties: {
        send: {
          type: 'string',
          description: 'What to send next: one of the examples, or any text.',
          examples: halt.actions.map((action) => action.send),
        },
      },
    },
    metadata: { [METADATA_KEY]: { kind: 'halt', halt } },
  };
}

function previewText(preview: ApprovalPreview): string {
  switch (preview.kind) {
    case 'command':
      return preview.command;
    case 'diff':
      return `${preview.diff.path}\n${preview.diff.patch}`;
    case 'text':
      return preview.text;
    default:
      return assertNever(preview);
  }
}
