// Run after every change of package-lock.json. Some packages state Node 22 and were tried on Node 20, where they work:
// their `engines` leave the lock, so that `npm ci` prints no warnings there. Any other such package is an error.
import { readFileSync, writeFileSync } from 'node:fs';

const TRIED_ON_NODE_20 = ['ansi-styles', 'chalk', 'cli-truncate', 'ink', 'openai', 'slice-ansi'];

const file = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(file, 'utf8'));
for (const name of TRIED_ON_NODE_20) delete lock.packages[`node_modules/${name}`]?.engines;
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
