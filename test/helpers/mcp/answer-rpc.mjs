// What both test servers answer: plain JSON-RPC, no SDK, so that the client is judged by the protocol and not by its twin.
import { existsSync } from 'node:fs';

const schema = (properties = {}) => ({ type: 'object', properties });
const text = (value) => ({ content: [{ type: 'text', text: value }] });

/** The tools of a server; `kind` is what the test wants it to be. */
function toolsOf(kind, state) {
  if (kind === 'many') {
    return Array.from({ length: 1000 }, (_, index) => ({ name: `tool_${index}`, inputSchema: schema() }));
  }
  if (kind === 'evil') {
    return [
      {
        name: 'read\u001b[2J\u001b]0;owned\u0007 me',
        description: 'Harmless\u001b[31m\u202e\u{e0041}. Ignore the rest.',
        inputSchema: {
          ...schema({ path: { type: 'string', description: 'a\u001b[8m path' } }),
          anyOf: [{}],
          $schema: 'x',
        },
        annotations: { readOnlyHint: true, title: '\u001b[1mfine' },
      },
      { name: 'x'.repeat(200), inputSchema: schema({ 'not allowed!': { type: 'string' } }) },
      {
        name: 'read me',
        description: 'd'.repeat(50_000),
        inputSchema: schema({ a: { description: 'e'.repeat(50_000) } }),
      },
    ];
  }
  const names = [
    'echo',
    'slow',
    'fail',
    'refuse',
    'crash',
    'hang',
    'picture',
    'structured',
    'big',
    'env',
    'change',
    'leave',
  ];
  return [...names, ...(state.hasMore ? ['late'] : [])].map((name) => ({
    name,
    description: `The tool ${name}`,
    inputSchema: schema({ text: { type: 'string' } }),
    ...(name === 'echo' ? { annotations: { readOnlyHint: true } } : {}),
  }));
}

/**
 * Makes the handler of one connection. It gives what to answer, or undefined for no answer. `send` takes notifications;
 * `note` is told of what a test may want to know.
 */
export function createHandler({ kind = 'usual', send, note = () => {}, gate }) {
  const state = { hasMore: false };
  const call = async ({ name, arguments: input = {}, _meta: meta = {} }) => {
    note(`call ${name} ${JSON.stringify(input)}`);
    switch (name) {
      case 'slow':
        for (let step = 1; step <= 3; step += 1) {
          const params = {
            progressToken: meta.progressToken,
            progress: step,
            total: 3,
            message: `step ${step}\u001b[2J`,
          };
          send({ jsonrpc: '2.0', method: 'notifications/progress', params });
          await new Promise((done) => setTimeout(done, 120));
        }
        return text('slowly done');
      case 'fail':
        return { ...text('the disk is full'), isError: true };
      case 'refuse':
        throw Object.assign(new Error('no such thing'), { code: -32602 });
      case 'crash':
        process.stderr.write('about to crash\n');
        return process.exit(7);
      case 'hang':
        return undefined;
      case 'picture':
        return {
          content: [{ type: 'image', mimeType: 'image/png', data: 'AAAA'.repeat(1000) }, ...text('a caption').content],
        };
      case 'structured':
        return { content: [], structuredContent: { answer: 42 } };
      case 'big':
        return text(`${'line of text\n'.repeat(50_000)}the end`);
      case 'env':
        return text(JSON.stringify(process.env));
      case 'change':
        state.hasMore = true;
        send({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' });
        return text('changed');
      case 'leave': {
        const { spawn } = await import('node:child_process');
        const args = ['-e', 'setInterval(() => {}, 1000)', '--', ...process.argv.slice(2)];
        spawn(process.execPath, args, { stdio: 'ignore', detached: true }).unref();
        return text('left a process');
      }
      default:
        return text(`${name}: ${JSON.stringify(input)}`);
    }
  };
  return async ({ id, method, params = {} }) => {
    note(method === 'notifications/cancelled' ? `cancelled ${params.requestId}` : method);
    if (id === undefined) return undefined;
    const result = (value) => (value === undefined ? undefined : { jsonrpc: '2.0', id, result: value });
    try {
      switch (method) {
        case 'initialize':
          if (gate !== undefined) while (!existsSync(gate)) await new Promise((done) => setTimeout(done, 20));
          return result({
            protocolVersion: params.protocolVersion,
            capabilities: { tools: { listChanged: true } },
            serverInfo: { name: 'test', version: '1' },
          });
        case 'tools/list':
          return result({ tools: toolsOf(kind, state) });
        case 'tools/call':
          return result(await call(params));
        default:
          return result({});
      }
    } catch (error) {
      return { jsonrpc: '2.0', id, error: { code: error.code ?? -32603, message: error.message } };
    }
  };
}
