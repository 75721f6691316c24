import { editFileTool } from './edit-file.ts';
import { fetchUrlTool } from './fetch-url.ts';
import { listFilesTool } from './list-files.ts';
import type { ToolsOptions } from './options.ts';
import { readFileTool } from './read-file.ts';
import { runCommandTool } from './run-command.ts';
import { searchFilesTool } from './search-files.ts';
import type { Tool } from './tool.ts';
import { writeFileTool } from './write-file.ts';

/** Makes every built-in tool. To add one, write its file and name it here. */
export function createTools(options: ToolsOptions): readonly Tool[] {
  return [
    readFileTool(),
    listFilesTool(),
    searchFilesTool(options),
    editFileTool(options),
    writeFileTool(options),
    runCommandTool(options),
    fetchUrlTool(options),
  ];
}
