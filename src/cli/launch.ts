import { fstatSync, readFileSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';

// Loads as little as can be: what is known since the build needs no program.
if (!isSaid()) createRequire(__filename)('./start.cjs');

/** Says the version, or the help to who is no terminal, and tells whether it did. */
function isSaid(): boolean {
  const [flag = '', ...rest] = process.argv.slice(2);
  if (rest.length > 0) return false;
  if (/^(?:-V|--version)$/.test(flag)) return say(`${AGENT_CHAT_VERSION}\n`);
  return /^(?:-h|--help)$/.test(flag) && sayHelp();
}

/** On a terminal help depends on the width; a build that could not print its help has none. */
function sayHelp(): boolean {
  try {
    return !fstatSync(1).isCharacterDevice() && say(readFileSync(`${__dirname}/help.txt`, 'utf8'));
  } catch {
    return false;
  }
}

/** Writes to standard output without making a stream of it, which would load a tenth of Node. */
function say(text: string): boolean {
  try {
    writeSync(1, text);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPIPE';
  }
}
