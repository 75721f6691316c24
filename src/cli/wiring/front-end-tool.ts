import type { FrontEndTool } from '../../server/session-host.ts';
import { type Tool, ToolFailure } from '../../tools/tool.ts';
import { foreignInput } from '../../tools/tool-input.ts';

/** Makes a tool of the agent from one that a front end runs: the call waits until the front end has answered. */
export function frontEndTool(spec: FrontEndTool): Tool {
  return {
    name: spec.name,
    display_name: spec.name,
    description: spec.description,
    input: foreignInput(spec.parameters),
    summarize: (input) => JSON.stringify(input),
    access: () => ({ kind: 'none' }),
    preview: (input) => ({ kind: 'text', text: JSON.stringify(input, null, 2) }),
    run: async (_input, { call_id, signal }) => {
      const { content, is_error } = await spec.call(call_id, signal);
      if (is_error) throw new ToolFailure(content);
      return { result: content };
    },
  };
}
