/** One thing that a person asked the demo for. */
export type DemoTask =
  | { readonly type: 'call'; readonly name: ToolName; readonly input: Readonly<Record<string, unknown>> }
  | { readonly type: 'think'; readonly about: string }
  | { readonly type: 'showcase' }
  | { readonly type: 'long_answer'; readonly paragraphs: number }
  | { readonly type: 'count'; readonly to: number }
  | { readonly type: 'help' }
  | { readonly type: 'greeting' }
  | { readonly type: 'thanks' }
  | { readonly type: 'remember' }
  | { readonly type: 'unknown'; readonly text: string };

export type ToolName =
  | 'list_files'
  | 'read_file'
  | 'search_files'
  | 'run_command'
  | 'edit_file'
  | 'write_file'
  | 'fetch_url';

export type CallTask = Extract<DemoTask, { type: 'call' }>;

/** Tells whether a call changes something, so that it must not run beside others. */
export function isAction(task: CallTask): boolean {
  return task.name === 'edit_file' || task.name === 'write_file' || task.name === 'run_command';
}
