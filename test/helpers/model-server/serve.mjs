#!/usr/bin/env node
// Runs a stand-in for a model service by hand:
//   node test/helpers/model-server/serve.mjs --protocol anthropic --port 0 --delta-ms 50 [--words 200] [--thoughts 20]
// Then: ANTHROPIC_BASE_URL=<the printed URL> ANTHROPIC_API_KEY=any agent-chat -m anthropic/stand-in-1
import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { spellAnswer, spellFrame } from './answers.mjs';

const { values } = parseArgs({
  options: {
    protocol: { type: 'string', default: 'anthropic' },
    port: { type: 'string', default: '0' },
    'delta-ms': { type: 'string', default: '20' },
    words: { type: 'string', default: '200' },
    thoughts: { type: 'string', default: '20' },
  },
});
if (!['anthropic', 'responses', 'chat'].includes(values.protocol)) {
  console.error(`--protocol "${values.protocol}" is none of anthropic, responses, chat`);
  process.exit(2);
}
const delta_ms = Number(values['delta-ms']);
const words = (count, word) => Array.from({ length: Number(count) }, (_, index) => `${word} ${index + 1} `);
const answer = { thoughts: words(values.thoughts, 'thought'), text: words(values.words, 'word') };

let serial = 0;
const server = createServer(async (request, response) => {
  for await (const _ of request);
  if (request.method === 'GET') {
    response.setHeader('content-type', 'application/json').end('{"object":"list","data":[{"id":"stand-in-1"}]}');
    return;
  }
  serial += 1;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const frame of spellAnswer(values.protocol, answer, serial)) {
    if (response.destroyed) return;
    response.write(spellFrame(frame));
    if (delta_ms > 0) await new Promise((resolve) => setTimeout(resolve, delta_ms));
  }
  response.end();
});
server.listen(Number(values.port), '127.0.0.1', () => {
  const url = `http://127.0.0.1:${server.address().port}`;
  console.log(values.protocol === 'anthropic' ? url : `${url}/v1`);
});
