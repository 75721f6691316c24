/**
 * Makes what turns a prompt of the command line into what is sent: the text of a command in a file where it begins with
 * the name of one, else the prompt itself. `tell` hears of the file.
 */
export async function fillerOf(
  prompt: string | undefined,
  tell: (line: string) => void,
): Promise<(prompt: string) => string> {
  const same = (words: string): string => words;
  if (prompt?.startsWith('/') !== true) return same;
  const { promptCommand } = await import('./prompt-command.ts');
  return promptCommand(prompt, tell) ?? same;
}
