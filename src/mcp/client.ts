import type {
  CallToolResult,
  Client,
  ClientOptions,
  Tool as ListedTool,
  ProgressCallback,
} from '@modelcontextprotocol/client';
import { errorMessage } from '../errors.ts';
import { clipLine } from '../format.ts';
import { LONGEST_TIMER_MS } from '../longest-timer.ts';
import { safeLine } from '../safe-text.ts';
import type { ToolRunContext } from '../tools/tool.ts';

/** What a server answers is text for the model; nothing is gained by holding it to the server's own schema. */
const UNCHECKED: NonNullable<ClientOptions['jsonSchemaValidator']> = {
  getValidator: () => (data) => ({ valid: true, data: data as never, errorMessage: undefined }),
};

/** Makes a client that offers a server nothing of ours: no model, no files, no questions to the person. */
export async function createClient(version: string): Promise<Client> {
  const { Client } = await import('@modelcontextprotocol/client');
  return new Client({ name: 'agent-chat', version }, { capabilities: {}, jsonSchemaValidator: UNCHECKED });
}

/** Asks which tools there are. The client writes to the console when a server without tools is asked. */
export async function listTools(client: Client): Promise<readonly ListedTool[]> {
  return client.getServerCapabilities()?.tools === undefined ? [] : (await client.listTools()).tools;
}

export interface ServerCall {
  /** By the server's own name. */
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly context: ToolRunContext;
  /** Undefined: as long as the agent lets it. */
  readonly timeout_ms: number | undefined;
}

/** What became of a call. `isLost`: the connection has ended with it. */
export type ServerAnswer = { readonly result: CallToolResult } | { readonly problem: string; readonly isLost: boolean };

const PROGRESS_PAUSE_MS = 50;

/** Calls a tool. An abort and a time-out tell the server, and do not wait for it. Never rejects. */
export async function callServerTool(
  client: Client,
  { tool, input, context, timeout_ms = LONGEST_TIMER_MS }: ServerCall,
): Promise<ServerAnswer> {
  const { ProtocolError, SdkError, SdkErrorCode } = await import('@modelcontextprotocol/client');
  const { signal } = context;
  let said_ms = 0;
  const onprogress: ProgressCallback = ({ progress, total, message }) => {
    if (performance.now() - said_ms < PROGRESS_PAUSE_MS && progress !== total) return;
    said_ms = performance.now();
    context.progress(progress, total, message === undefined ? undefined : clipLine(safeLine(message), 200));
  };
  const timeout = Math.min(timeout_ms, LONGEST_TIMER_MS);
  try {
    const result = await client.callTool({ name: tool, arguments: { ...input } }, { signal, timeout, onprogress });
    return { result };
  } catch (error) {
    const problem = describeError(error);
    if (signal.aborted) return { problem: 'the call was stopped, and the server was told', isLost: false };
    if (error instanceof SdkError && error.code === SdkErrorCode.RequestTimeout) {
      return { problem: `no answer within ${timeout_ms / 1000} s; the call was cancelled`, isLost: false };
    }
    return { problem, isLost: !(error instanceof ProtocolError) };
  }
}

/** Says what went wrong, with the status where a server answered over HTTP. */
export function describeError(error: unknown): string {
  const text = errorMessage(error);
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && !text.includes(String(status)) ? `HTTP ${status}: ${text}` : text;
}
