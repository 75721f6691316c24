import { errorLine } from '../../errors.ts';
import { clipLine } from '../../format.ts';
import type { Tool } from '../../tools/tool.ts';
import { jsonErrorPosition } from './json-position.ts';

/** Arguments that a tool may be called with, or what is wrong with them, told to the model. */
export type JudgedArguments =
  | { readonly is_valid: true; readonly input: unknown; readonly canonical: string }
  | { readonly is_valid: false; readonly problem: string };

const MAX_ISSUES = 5;
/** A key that does not belong there may be as long as the model likes. */
const MAX_ISSUE_CHARACTERS = 300;

/** Reads the raw arguments of a call, strictly: nothing is mended, and no key reaches a prototype. */
export async function judgeArguments(raw: string, tool: Tool | undefined): Promise<JudgedArguments> {
  let hasPrototypeKey = false;
  let value: unknown;
  try {
    value = JSON.parse(raw, (key, inner: unknown) => {
      if (key === '__proto__') hasPrototypeKey = true;
      return inner;
    });
  } catch (error) {
    return invalid(`The arguments are not valid JSON, at position ${jsonErrorPosition(raw)}: ${errorLine(error)}`);
  }
  if (hasPrototypeKey) return invalid('The arguments must not have the key "__proto__".');
  if (tool === undefined) return { is_valid: true, input: value, canonical: canonicalJson(value) };
  return checkInput(value, tool);
}

async function checkInput(value: unknown, tool: Tool): Promise<JudgedArguments> {
  try {
    const schema = await tool.input.load();
    const checked = schema.safeParse(value);
    if (checked.success) return { is_valid: true, input: checked.data, canonical: canonicalJson(value) };
    const issues = checked.error.issues.slice(0, MAX_ISSUES).map(({ path, message }) => {
      const where = path.length === 0 ? 'the arguments' : path.map(String).join('.');
      return clipLine(`${where}: ${message}`, MAX_ISSUE_CHARACTERS);
    });
    return invalid(`The arguments do not fit the tool ${tool.name}: ${issues.join('; ')}`);
  } catch (error) {
    return invalid(`The arguments could not be checked: ${errorLine(error)}`);
  }
}

function invalid(problem: string): JudgedArguments {
  return {
    is_valid: false,
    problem: `${problem.replace(/\.$/, '')}. The tool was not run; call it again with corrected arguments.`,
  };
}

/** Writes a JSON value so that equal values give equal texts, whatever the order of their keys. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner !== 'object' || inner === null || Array.isArray(inner)) return inner;
    return Object.fromEntries(Object.entries(inner).sort(([left], [right]) => (left < right ? -1 : 1)));
  });
}
