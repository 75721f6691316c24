import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { isInside } from '../../tools/resolve-path.ts';
import { type Place, placeOfRead, placeOfWrite, type Surroundings } from '../places.ts';
import { walkPath } from '../walk-path.ts';
import { LISTING_PROGRAMS } from './command-touch.ts';
import { type PlacedLine, placeCommands } from './command-walk.ts';
import { readingCommand } from './reading-commands.ts';
import type { ShellWord } from './shell-script.ts';
import { pathsBehind } from './word-paths.ts';
import { wordSet } from './word-set.ts';
import { programName } from './wrappers.ts';

/** Of git, what only looks at files of the working copy or takes them over as they are. */
const TRACKING = wordSet('add blame commit diff grep log ls-files show status');

/**
 * Tells of a command of a line whether it names what is protected, this program's own, where keys are or, behind its
 * first `from` words, what is outside the workspace. What only reads may name all but keys and what is this program's.
 */
export function reachesOutOf(
  line: PlacedLine,
  around: Surroundings,
): (words: readonly ShellWord[], from: number) => boolean {
  const { commands } = placeCommands(line);
  return (words, from) => {
    const cwds = commands.find((command) => command.words === words)?.cwds ?? [line.cwd];
    const isReading = readingCommand({ words }) !== undefined;
    const isListing = isReading && LISTING_PROGRAMS.has(programName(words[0]) ?? '');
    const isGit = programName(words[0]) === 'git';
    const isTracking = isGit && TRACKING.has(words[1]?.value ?? '');
    const isRefused = (path: string, cwd: string, isRuled: boolean): boolean => {
      const { place } = walkPath(path, cwd);
      const read = placeOfRead(place, around);
      if (read === 'own' || read === 'secret' || (!isListing && isAboveKeys(place, around))) return true;
      if (isReading || read === 'harmless') return false;
      if (!isRuled && isOutside(read, place)) return true;
      return !isTracking && [place, resolve(cwd, path)].some((spelled) => isGuarded(placeOfWrite(spelled, around)));
    };
    return words.some((word, at) =>
      (at === 0 || (isGit && word.value === 'HEAD') ? [] : namedBy(word)).some((path) =>
        cwds.some((cwd) => isRefused(path, cwd, at < from)),
      ),
    );
  };
}

/** A search of a folder finds what is in the folders within it. */
function isAboveKeys(place: string, { workspace, secrets }: Surroundings): boolean {
  return !isInside(place, workspace) && secrets.some((secret) => isInside(secret, place));
}

function isGuarded(place: Place): boolean {
  return place === 'own' || place === 'protected';
}

/** What begins with a slash but with no folder that exists is a pattern or an address rather than a path. */
function isOutside(place: Place, path: string): boolean {
  return place === 'outside' && existsSync(path.split('/').slice(0, 2).join('/'));
}

function namedBy({ value, text, is_static }: ShellWord): readonly string[] {
  if (!is_static) return [text.replace(/[*?[].*$/s, '') || '.'];
  const isWhole = value !== '' && !value.startsWith('-');
  return [...(isWhole ? [value] : []), ...pathsBehind(value).filter((path) => !path.startsWith('//'))];
}
