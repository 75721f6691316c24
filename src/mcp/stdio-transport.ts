import { randomUUID } from 'node:crypto';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as delay } from 'node:timers/promises';
import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import { type Child, endFamily, killOnExit, signalAll, spawnGroup } from '../tools/process/process-group.ts';
import { type ProcessFamily, processFamily } from '../tools/process/processes.ts';
import type { ServerLog } from './server-log.ts';

/** A connection that can say why it ended. */
export interface ServerTransport extends Transport {
  /** Undefined while it lasts, and when it was closed from here. */
  ending(): string | undefined;
}

export interface StdioServer {
  readonly argv: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  /** The whole environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly log: ServerLog;
}

const MAX_LINE = 16 * 1024 * 1024;
/** From the end of its input to SIGTERM, and from there to SIGKILL. */
const LEAVE_MS = 200;
const TERM_MS = 500;

/** Speaks with a server through its standard input and output. It leads a process group, which ends with it. */
export function stdioTransport(server: StdioServer): ServerTransport {
  return new StdioTransport(server);
}

class StdioTransport implements ServerTransport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;
  readonly #server: StdioServer;
  #child: Child | undefined;
  #family: ProcessFamily | undefined;
  #isClosing = false;
  #ending: string | undefined;
  #ended: Promise<void> = Promise.resolve();

  constructor(server: StdioServer) {
    this.#server = server;
  }

  async start(): Promise<void> {
    const { argv, cwd, environment, log } = this.#server;
    const tag = randomUUID();
    const child = await spawnGroup({ argv, cwd, environment, tag, stdin: 'pipe' });
    this.#child = child;
    this.#family = processFamily(child.leader, tag);
    const forget = killOnExit(this.#family);
    child.stdin?.on('error', () => undefined);
    const decoder = new StringDecoder('utf8');
    child.pipes.stderr.on('data', (bytes: Buffer) => log.add(decoder.write(bytes)));
    child.pipes.stderr.on('error', () => undefined);
    this.#ended = this.#follow(child, this.#family).finally(forget);
    if (this.#isClosing) await this.close();
  }

  async send(message: JSONRPCMessage): Promise<void> {
    const stdin = this.#child?.stdin;
    if (stdin?.writable !== true) throw new Error('the server does not run');
    stdin.write(`${JSON.stringify(message)}\n`);
  }

  ending(): string | undefined {
    return this.#ending;
  }

  /** Resolves when no process of the server is left. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const [child, family] = [this.#child, this.#family];
    if (child === undefined || family === undefined) return;
    child.stdin?.end();
    const exited = child.exited.then(() => true);
    for (const [signal, wait_ms] of [
      ['SIGTERM', LEAVE_MS],
      ['SIGKILL', TERM_MS],
    ] as const) {
      if (await Promise.race([exited, delay(wait_ms, false)])) break;
      signalAll(family, signal);
    }
    await this.#ended;
  }

  /** Reads to the end of the process, then ends whom it left behind. */
  async #follow(child: Child, family: ProcessFamily): Promise<void> {
    const reading = this.#read(child).catch(() => undefined);
    const [code, signal] = await child.exited.catch(() => [null, null] as const);
    await Promise.race([reading, delay(LEAVE_MS)]);
    await endFamily(family);
    for (const stream of [child.pipes.stdout, child.pipes.stderr, child.stdin]) stream?.destroy();
    if (!this.#isClosing) this.#ending ??= this.#describe(code, signal);
    this.#server.log.close();
    this.onclose?.();
  }

  #describe(code: number | null, signal: string | null): string {
    const how = signal === null ? `it ended with exit code ${code ?? 'unknown'}` : `it was ended by ${signal}`;
    const last = this.#server.log.last();
    return last === '' ? how : `${how}: ${last}`;
  }

  async #read({ pipes: { stdout } }: Child): Promise<void> {
    let parts: Buffer[] = [];
    let length = 0;
    for await (const chunk of stdout as AsyncIterable<Buffer>) {
      let from = 0;
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, from)) {
        this.#take(Buffer.concat([...parts, chunk.subarray(from, at)]).toString('utf8'));
        [parts, length, from] = [[], 0, at + 1];
      }
      parts.push(chunk.subarray(from));
      length += chunk.length - from;
      if (length <= MAX_LINE) continue;
      this.#ending = `it sent a line of more than ${MAX_LINE / 1024 / 1024} MB`;
      void this.close();
      return;
    }
  }

  /** What is no message goes to the log: programs greet on standard output, or print what they are debugged with. */
  #take(line: string): void {
    if (line.trim() === '') return;
    try {
      const message: unknown = JSON.parse(line);
      if (typeof message !== 'object' || message === null || !('jsonrpc' in message)) throw new Error('no message');
      this.onmessage?.(message as JSONRPCMessage);
    } catch (error) {
      this.#server.log.add(`[on standard output, where only messages belong] ${line}\n`);
      this.onerror?.(error as Error);
    }
  }
}
