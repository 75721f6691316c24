import type { CallToolResult } from '@modelcontextprotocol/client';
import { formatBytes, formatCount } from '../format.ts';
import { startCapture } from '../tools/output/capture.ts';
import { ToolFailure, type ToolOutput } from '../tools/tool.ts';

type Block = CallToolResult['content'][number];

/** Makes what a server answered into text of bounded length. Throws a {@link ToolFailure} where it says that it failed. */
export async function resultOutput(result: CallToolResult, spill_dir: string, label: string): Promise<ToolOutput> {
  const blocks = result.content.map(blockText);
  const structured = result.structuredContent;
  // Servers repeat structured content as text; where one does not, it is all there is.
  if (structured !== undefined && !result.content.some(({ type }) => type === 'text')) {
    blocks.push(JSON.stringify(structured, null, 2));
  }
  const capture = startCapture(spill_dir, label);
  await capture.add(Buffer.from(blocks.join('\n')));
  const { text, lines, full_output_path } = await capture.finish();
  const output = {
    result: text.trim() === '' ? '(no output)' : text,
    meta: {
      summary: formatCount(Math.max(1, lines), 'line'),
      ...(full_output_path === undefined ? {} : { full_output_path }),
    },
  };
  if (result.isError === true) throw new ToolFailure(output.result, output.meta);
  return output;
}

function blockText(block: Block): string {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'image':
    case 'audio':
      return `[${block.type}, ${block.mimeType}, ${sizeOf(block.data)}; it cannot be shown here]`;
    case 'resource_link':
      return `[resource ${block.name}: ${block.uri}]`;
    case 'resource': {
      const { resource } = block;
      const body = 'text' in resource ? resource.text : `[binary, ${sizeOf(resource.blob)}]`;
      return `[resource ${resource.uri}]\n${body}`;
    }
    default:
      return '[content of a kind that is not known]';
  }
}

function sizeOf(base64: string): string {
  return formatBytes(Math.floor((base64.length * 3) / 4));
}
