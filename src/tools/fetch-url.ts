import { errorMessage } from '../errors.ts';
import { clipLine, formatBytes } from '../format.ts';
import type { PageAnswer, ToolsOptions } from './options.ts';
import { startCapture } from './output/capture.ts';
import { plainOutput } from './output/model-text.ts';
import { type Tool, ToolFailure, type ToolOutput, type ToolRunContext } from './tool.ts';
import { builtInInput, type InputOf } from './tool-input.ts';
import { requestPage } from './web/request-page.ts';
import { readablePage } from './web/web-page.ts';

const MAX_BYTES = 5 * 1024 * 1024;
const TIMEOUT_MS = 30_000;
const MAX_REDIRECTS = 5;
const MAX_ERROR_CHARACTERS = 500;

type FetchInput = InputOf<'fetch_url'>;

/** Makes the tool that reads a web page as text. It follows redirects only on the host that was allowed. */
export function fetchUrlTool(options: ToolsOptions): Tool<FetchInput> {
  return {
    name: 'fetch_url',
    display_name: 'Fetch',
    description:
      'Fetches a web page and gives its readable text; JSON and plain text come as they are. ' +
      'A redirect to another host is reported, not followed.',
    input: builtInInput('fetch_url'),
    summarize: ({ url }) => clipLine(url, 200),
    access: ({ url }) => ({ kind: 'fetch', url: readUrl(url).href }),
    preview: ({ url }) => ({ kind: 'text', text: `GET ${readUrl(url).href}` }),
    run: (call, context) => run(readUrl(call.url), context, options),
  };
}

function readUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined)
    throw new ToolFailure(`${clipLine(text, 200)} is no address. Give one that starts with https://.`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new ToolFailure(`${url.protocol} addresses are not fetched, only http and https. Use read_file for files.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new ToolFailure('The address holds a user name or password; it is not fetched. Leave them out.');
  }
  url.hash = '';
  return url;
}

async function run(start: URL, context: ToolRunContext, options: ToolsOptions): Promise<ToolOutput> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  const over = new AbortController();
  const signal = AbortSignal.any([context.signal, timeout, over.signal]);
  try {
    const { url, answer } = await follow(start, signal, options);
    const page = await readPage(url, answer);
    const capture = startCapture(options.spill_dir, `page-${context.call_id}`);
    await capture.add(Buffer.from(page.text, 'utf8'));
    const { text, full_output_path } = await capture.finish();
    const kind = `${page.type}, ${formatBytes(page.bytes)}`;
    const meta = { summary: kind, ...(full_output_path === undefined ? {} : { full_output_path }) };
    return { result: `[${url.href} (${kind})]\n${text}`, meta };
  } catch (error) {
    if (error instanceof ToolFailure || context.signal.aborted) throw error;
    if (timeout.aborted) throw new ToolFailure(`${start.host} did not answer within ${TIMEOUT_MS / 1000} s.`);
    throw new ToolFailure(`${start.host} could not be reached: ${causeOf(error)}`);
  } finally {
    // Answers that were not read to their end, redirects among them, would hold their connections open.
    over.abort();
  }
}

async function follow(
  start: URL,
  signal: AbortSignal,
  options: ToolsOptions,
): Promise<{ url: URL; answer: PageAnswer }> {
  const request = options.request_page ?? requestPage;
  const headers = {
    accept: 'text/html, text/plain, application/json, */*;q=0.5',
    'user-agent': options.user_agent ?? 'agent-chat',
  };
  let url = start;
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects += 1) {
    const answer = await request(url, { headers, signal });
    const location = answer.status >= 300 && answer.status < 400 ? answer.header('location') : undefined;
    if (location === undefined) return { url, answer };
    url = nextUrl(url, location);
  }
  throw new ToolFailure(`${start.href} redirects more than ${MAX_REDIRECTS} times.`);
}

function nextUrl(from: URL, location: string): URL {
  if (!URL.canParse(location, from.href))
    throw new ToolFailure(`${from.href} redirects to something that is no address.`);
  const next = readUrl(new URL(location, from).href);
  const isSame = next.hostname === from.hostname && (next.port === from.port || isUpgrade(from, next));
  if (isSame && !(from.protocol === 'https:' && next.protocol === 'http:')) return next;
  throw new ToolFailure(`${from.href} redirects to ${next.href}. Call fetch_url with that address to go there.`);
}

function isUpgrade(from: URL, next: URL): boolean {
  return from.protocol === 'http:' && next.protocol === 'https:' && from.port === '' && next.port === '';
}

interface Page {
  readonly type: string;
  readonly bytes: number;
  readonly text: string;
}

const TEXT_TYPES =
  /^(text\/.*|application\/(.*\+)?(json|xml|yaml|toml)|application\/(javascript|x-javascript|ecmascript|x-ndjson|x-yaml|x-sh|graphql))$/;

async function readPage(url: URL, answer: PageAnswer): Promise<Page> {
  const [type = '', ...parameters] = (answer.header('content-type') ?? 'text/plain').toLowerCase().split(';');
  const kind = type.trim();
  if (answer.status < 400 && !TEXT_TYPES.test(kind)) {
    throw new ToolFailure(`${url.href} is ${kind || 'of an unknown type'}, not text. Use run_command to download it.`);
  }
  const bytes = await readBody(url, answer);
  const text = decode(bytes, parameters.join(';'));
  if (answer.status >= 400) {
    const said = clipLine(plainOutput(await toText(text, kind)).trim(), MAX_ERROR_CHARACTERS);
    throw new ToolFailure(`${url.href} answered HTTP ${answer.status}.${said === '' ? '' : `\n${said}`}`);
  }
  return { type: kind, bytes: bytes.length, text: await toText(text, kind) };
}

async function toText(text: string, type: string): Promise<string> {
  return type === 'text/html' || type === 'application/xhtml+xml' ? readablePage(text) : text;
}

async function readBody(url: URL, answer: PageAnswer): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > MAX_BYTES)
      throw new ToolFailure(`${url.href} has more than ${formatBytes(MAX_BYTES)}; it is not read.`);
  }
  return Buffer.concat(chunks);
}

function decode(bytes: Buffer, parameters: string): string {
  const charset = /charset\s*=\s*"?([\w-]+)/.exec(parameters)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    // The page names a charset that nobody knows.
    return new TextDecoder().decode(bytes);
  }
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return errorMessage(cause);
}
