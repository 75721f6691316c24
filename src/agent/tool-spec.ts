import type { ToolSpec } from '../providers/provider.ts';
import type { Tool } from '../tools/tool.ts';

const specs = new WeakMap<Tool, ToolSpec>();

/** Tells a model of a tool. Made once a tool: what is known of the spec is remembered by it. */
export function toolSpec(tool: Tool): ToolSpec {
  const known = specs.get(tool);
  if (known !== undefined) return known;
  const spec: ToolSpec = { name: tool.name, description: tool.description, parameters: tool.input.parameters };
  specs.set(tool, spec);
  return spec;
}
