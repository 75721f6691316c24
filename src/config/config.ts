import * as z from 'zod';
import { LONGEST_TIMER_S } from '../longest-timer.ts';
import { REASONING_EFFORTS } from '../messages.ts';
import { THEME_NAMES } from '../theme-names.ts';

const text = z.string().min(1);
const efforts = z.enum(REASONING_EFFORTS);
const dollars = z.number().nonnegative();
const seconds = z.number().positive().max(LONGEST_TIMER_S, `at most ${LONGEST_TIMER_S} seconds`);

const provider = z.strictObject({
  /** Which wire protocol it speaks. */
  protocol: z.enum(['anthropic-messages', 'openai-responses', 'openai-chat']).optional(),
  base_url: z.url({ protocol: /^https?$/ }).optional(),
  /** A key, or `${NAME}` for an environment variable. */
  key: text.optional(),
  /** A command that prints the key. */
  key_command: text.optional(),
  headers: z.record(z.string(), z.string()).optional(),
  /** Models to list; any other can still be named. */
  models: z.array(text).optional(),
});

const model = z.strictObject({
  context_limit: z.int().positive().optional(),
  output_limit: z.int().positive().optional(),
  prices: z
    .strictObject({
      input: dollars,
      output: dollars,
      cache_read: dollars.optional(),
      cache_creation: dollars.optional(),
    })
    .optional(),
  has_vision: z.boolean().optional(),
  efforts: z.array(efforts).optional(),
});

/** A server is named in the names of its tools, `mcp__server__tool`, which must say where it ends. */
const mcpName = z
  .string()
  .max(32)
  .regex(/^[a-zA-Z0-9-]+(_[a-zA-Z0-9-]+)*$/, 'use letters, digits, "-" and single "_" inside');
const mcpServer = z
  .strictObject({
    /** A program that speaks MCP on its standard input and output. */
    command: text.optional(),
    args: z.array(z.string()).optional(),
    /** Added to the environment; `${NAME}` stands for a variable of this program's own. */
    env: z.record(z.string(), z.string()).optional(),
    cwd: text.optional(),
    /** A server that is reached over HTTP, instead of a command. */
    url: z.url({ protocol: /^https?$/ }).optional(),
    headers: z.record(z.string(), z.string()).optional(),
    enabled: z.boolean().optional(),
    /** Seconds that a call may take. */
    timeout: seconds.optional(),
    /** The tools that are used, by the server's own names. */
    tools: z.array(text).optional(),
  })
  .refine(({ command, url }) => (command === undefined) !== (url === undefined), 'give either "command" or "url"');

/** Every key of a user's config file, with what it takes. */
export const CONFIG_KEYS = {
  model: text.describe('The model to start with: provider/model[:effort]'),
  effort: efforts.describe('How much the model thinks'),
  permission_mode: z.enum(['plan', 'ask', 'edits', 'auto']).describe('What needs no question; full only by a flag'),
  allow: z.array(text).describe('Command prefixes, and other rules, for what may run without a question'),
  ask: z.array(text).describe('The same for what always asks'),
  deny: z.array(text).describe('The same for what never runs'),
  env_pass: z.array(text).describe('Environment variables that commands may see, beside the usual ones'),
  providers: z.record(z.string(), provider).describe('Providers of your own, or other addresses for known ones'),
  models: z.record(z.string(), model).describe('What is known of a model: window, prices, efforts'),
  mcp_servers: z.record(mcpName, mcpServer).describe('MCP servers whose tools the model may call'),
  max_turns: z.int().positive().describe('Model calls in one turn'),
  budget: dollars.describe('US dollars that a session may cost'),
  tool_timeout: seconds.describe('Seconds that a command may run'),
  stall_timeout: seconds.describe('Seconds without data before a response is tried again'),
  first_timeout: seconds.describe('The same before the first piece of a response'),
  proxy: z.url().describe('A proxy for every request, instead of HTTPS_PROXY'),
  ca_file: text.describe('A file of certificates to trust beside the usual ones'),
  append_system_prompt: text.describe('Told to the model at the start of every request'),
  theme: z.enum(THEME_NAMES).describe('The palette: auto, dark, light, or another of /theme'),
  plain: z.boolean().describe('Only ever append lines: for screen readers'),
  notifications: z.boolean().describe('Tell the terminal when a long turn ends or asks'),
  thinking: z.enum(['folded', 'shown', 'hidden']).describe('How finished thoughts are shown'),
  keys: z.record(z.string(), z.union([text, z.array(text)])).describe('Your own keys: action to key'),
} as const;

type Keys = typeof CONFIG_KEYS;
/** A user's configuration: every key may be absent. */
export type Config = { readonly [Key in keyof Keys]?: z.infer<Keys[Key]> };
