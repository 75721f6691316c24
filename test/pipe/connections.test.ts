import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { listen } from '../helpers/proxy.ts';
import { readMessages, runProgram } from '../helpers/run-program.ts';

const CALL = { index: 0, id: 'c', type: 'function', function: { name: 'list_files', arguments: '{}' } };

/** Two rounds of tool calls and an answer, from a service that ends each response a moment after its last event. */
async function runRounds(refuses: (round: number, request: IncomingMessage) => boolean = () => false) {
  let connections = 0;
  let rounds = 0;
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    if (refuses(rounds, request)) {
      request.socket.resetAndDestroy();
      return;
    }
    rounds += 1;
    const [delta, finish_reason] = rounds < 3 ? [{ tool_calls: [CALL] }, 'tool_calls'] : [{ content: 'Done.' }, 'stop'];
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason }] })}\n\n`);
    response.write('data: [DONE]\n\n', () => setImmediate(() => response.end()));
  };
  const server = createServer((request, response) => {
    request.resume().on('end', () => answer(request, response));
  });
  server.on('connection', () => {
    connections += 1;
  });
  const env = { OPENAI_API_KEY: 'key-of-nobody', OPENAI_BASE_URL: `http://127.0.0.1:${await listen(server)}/v1` };
  const run = await runProgram(['-p', 'hi', '-m', 'openai-chat/gpt-5', '-o', 'stream-json'], { env });
  return { messages: readMessages(run.stdout), connections };
}

test('all requests of a turn go over one connection', async () => {
  const { messages, connections } = await runRounds();
  expect(messages.find(({ type }) => type === 'done')).toMatchObject({ final_text: 'Done.' });
  expect(connections).toBe(1);
});

test('a connection that was closed while nothing was asked is replaced without a word', async () => {
  let refused: IncomingMessage['socket'] | undefined;
  const { messages, connections } = await runRounds((round, { socket }) => {
    if (round !== 1 || refused !== undefined) return false;
    refused = socket;
    return true;
  });
  expect(messages.map(({ type }) => type)).not.toContain('retrying');
  expect(messages.find(({ type }) => type === 'done')).toMatchObject({ final_text: 'Done.' });
  expect(connections).toBe(2);
});
