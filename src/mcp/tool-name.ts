import { createHash } from 'node:crypto';

/** What every provider accepts. */
const LONGEST = 64;

/**
 * Gives the name by which models call a tool: `mcp__server__tool`. One that had to be changed, for its characters or its
 * length, ends with a mark of the true one: the name depends on nothing else, and two tools do not get the same.
 */
export function modelToolName(server: string, tool: string): string {
  const whole = `mcp__${server}__${tool}`;
  if (/^[\w-]+$/.test(whole) && whole.length <= LONGEST) return whole;
  const mark = createHash('sha256').update(tool).digest('hex').slice(0, 8);
  return `${whole.replace(/[^\w-]+/g, '_').slice(0, LONGEST - 1 - mark.length)}_${mark}`;
}
