import { createRequire } from 'node:module';

const load = createRequire(import.meta.url);
let isSet = false;

/**
 * Lets the V8 of Node 20 optimise a function only after fifteen times as much of it has run. In a chat, most that is optimised
 * sooner is not needed often enough to be worth it; later versions of V8 count calls, and wait longer themselves.
 */
export function optimiseLater(): void {
  if (isSet || !process.versions.v8.startsWith('11.')) return;
  isSet = true;
  const { setFlagsFromString } = load('node:v8') as typeof import('node:v8');
  setFlagsFromString('--interrupt-budget=1000000');
}
