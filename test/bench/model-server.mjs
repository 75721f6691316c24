// A Chat Completions stand-in on loopback that streams a given number of deltas at a given pace. For the benchmarks.
import { createServer } from 'node:http';

const WORDS = 'the quick brown fox jumps over a lazy dog while **bold** text and `code` stream by and 日本 too '.split(
  ' ',
);

/** One paragraph every 40 deltas, with a list, a table and code now and then. */
export function deltaText(index) {
  if (index % 400 === 399) return '\n\n```ts\nconst answer: number = 42;\n```\n\n';
  if (index % 200 === 199) return '\n\n- one item\n- another item\n\n';
  if (index % 40 === 39) return '.\n\n';
  return `${WORDS[index % WORDS.length]} `;
}

const CODE = `export function total(items: readonly Item[], rate = 0.19): number {
  let sum = 0; // in cents
  for (const { price, count } of items) {
    if (count <= 0) throw new RangeError("nothing of it");
    sum += price * count;
  }
  return Math.round(sum * (1 + rate));
}

`.match(/\s*\w+|\s*[^\w\s]+|\s+$/g);

/** Long blocks of code with a sentence between them. */
function codeText(index) {
  const at = index % 1000;
  if (at === 0) return 'Here it is:\n\n```ts\n';
  if (at === 999) return '\n```\n\nThat was it.\n\n';
  return CODE[(at - 1) % CODE.length];
}

const KINDS = { mixed: deltaText, code: codeText };

/** Gives the whole answer but its last line. */
export function textOf(deltas, kind = 'mixed') {
  return Array.from({ length: deltas }, (_, index) => KINDS[kind](index)).join('');
}

/**
 * Starts the server. `deltas_per_second` 0: as fast as it goes. `sent`: when each delta of the last answer was sent, and
 * where in the text it ends. `endedAt`: when the last byte was sent.
 */
export async function startModelServer({ deltas, deltas_per_second = 0, kind = 'mixed' }) {
  const sent = [];
  let ended = 0;
  const server = createServer((request, response) => {
    request.resume();
    if (request.method !== 'POST') {
      response.writeHead(404).end();
      return;
    }
    request.on('end', async () => {
      sent.length = 0;
      await stream(response, { deltas, deltas_per_second, text: KINDS[kind], sent });
      ended = performance.now();
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${server.address().port}/v1`;
  return { url, sent, endedAt: () => ended, close: () => server.close() };
}

async function stream(response, { deltas, deltas_per_second, text, sent }) {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (value) => response.write(`data: ${JSON.stringify(value)}\n\n`);
  const chunk = (delta, finish_reason = null) => ({
    id: 'c1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'bench',
    choices: [{ index: 0, delta, finish_reason }],
  });
  send(chunk({ role: 'assistant', content: '' }));
  const start = performance.now();
  for (let index = 0; index < deltas; index += 1) {
    if (response.destroyed) return;
    const content = text(index);
    sent.push({ at: performance.now(), end: (sent.at(-1)?.end ?? 0) + content.length });
    const isRoom = send(chunk({ content }));
    if (deltas_per_second > 0) {
      const wait = start + ((index + 1) * 1000) / deltas_per_second - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    } else if (!isRoom) await roomIn(response);
  }
  send(chunk({ content: '\n\nEND-OF-ANSWER' }));
  send(chunk({}, 'stop'));
  send({
    ...chunk({}),
    choices: [],
    usage: { prompt_tokens: 100, completion_tokens: deltas, total_tokens: deltas + 100 },
  });
  response.end('data: [DONE]\n\n');
}

function roomIn(response) {
  return new Promise((resolve) => {
    const go = () => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.on('drain', go).on('close', go);
  });
}
