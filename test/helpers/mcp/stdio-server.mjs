// An MCP server on standard input and output. --kind usual|many|evil|garbage|silent, --gate FILE: it answers `initialize`
// only when that file is there; --note FILE: every message that came in, a line each.
import { appendFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { createHandler } from './answer-rpc.mjs';

const option = (name) => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? undefined : process.argv[at + 1];
};
const kind = option('kind');
const notes = option('note');
const send = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);
const handle = createHandler({
  kind,
  send,
  gate: option('gate'),
  note: (line) => notes !== undefined && appendFileSync(notes, `${line}\n`),
});
if (notes !== undefined) appendFileSync(notes, `pid ${process.pid}\n`);
process.stderr.write('test server is up\u001b[2J\n');
if (kind === 'garbage') process.stdout.write('Welcome!\n{"half": \n\u001b[2J[]\n\u0000\u0001\n');
createInterface({ input: process.stdin }).on('line', async (line) => {
  if (kind === 'silent') return;
  const answer = await handle(JSON.parse(line));
  if (answer !== undefined) send(answer);
});
