import { dirname, join, resolve } from 'node:path';
import type { AgentMessage, ToolResultMeta } from '../../messages.ts';
import { realFolder } from '../../permissions/places.ts';
import { type Tool, ToolFailure } from '../../tools/tool.ts';

/** The files that tools of one session wrote because their output was too long for the model. */
export interface KnownOutputs {
  /** Absolute, as they are spelled and as the file system has them; grows. */
  readonly paths: Iterable<string>;
  /** Takes one more; what does not lie in the folder of outputs itself is none, whoever names it. */
  note(path: string): void;
}

/** Begins to know the outputs of a session. Those of others lie in the same folder, and are not the model's to read. */
export function knownOutputs(folder: string): KnownOutputs {
  const paths = new Set<string>();
  return {
    paths,
    note: (path) => {
      if (resolve(path) !== path || dirname(path) !== folder) return;
      paths.add(path);
      paths.add(join(realFolder(folder), path.slice(folder.length)));
    },
  };
}

/** Makes a tool whose long outputs are known before the model is told of them. */
export function noting(tool: Tool, note: KnownOutputs['note']): Tool {
  const take = (meta: ToolResultMeta | undefined): void => {
    if (meta?.full_output_path !== undefined) note(meta.full_output_path);
  };
  return {
    ...tool,
    run: async (input, context) => {
      try {
        const output = await tool.run(input, context);
        take(output.meta);
        return output;
      } catch (error) {
        if (error instanceof ToolFailure) take(error.meta);
        throw error;
      }
    },
  };
}

/** Finds the output that a message of the session's log points to. */
export function outputOf(message: AgentMessage): string | undefined {
  if (message.type === 'tool_result') return message.result_meta?.full_output_path;
  return message.type === 'tool_error' ? message.result_meta?.full_output_path : undefined;
}
