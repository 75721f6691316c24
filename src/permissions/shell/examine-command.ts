import type { CommandFacts } from '../access-facts.ts';
import { kindBehind } from '../path-kind.ts';
import { type Place, placeOfRead, placeOfWrite, type Surroundings } from '../places.ts';
import type { PermissionRule, Ruling } from '../rules.ts';
import { climbsOutOfName, walkPath } from '../walk-path.ts';
import { alwaysWords, quoteWords } from './always.ts';
import { catastropheOf, overwritesDevice } from './catastrophic.ts';
import { type PathRuling, ruleCommandPaths } from './command-paths.ts';
import { type PlacedLine, placeCommands } from './command-walk.ts';
import { filesChangedBy } from './file-commands.ts';
import { isGitReading } from './git-reads.ts';
import { guardedIn } from './guarded-words.ts';
import { findLayers, type Layers } from './layers.ts';
import { needsNetwork } from './network-programs.ts';
import { reachesOutOf } from './reach.ts';
import { readingCommands } from './reading-commands.ts';
import { ruleCommand } from './rule-command.ts';
import type { ShellParser, ShellScript, ShellWord } from './shell-script.ts';

/** What a command line is judged against. */
export interface CommandContext {
  readonly cwd: string;
  readonly around: Surroundings;
  readonly rules: readonly PermissionRule[];
  readonly parse: ShellParser;
}

/** A command's facts, with the words that "always" would cover. */
export interface ExaminedCommand {
  readonly facts: CommandFacts;
  readonly always?: readonly string[];
}

/** Finds out what a command line can do at most. On Windows, whose shells are others, nothing is known of it. */
export async function examineCommand(command: string, context: CommandContext): Promise<ExaminedCommand> {
  const script = context.parse(command);
  const found = findLayers(script, context.parse);
  const line = { ...found, cwd: context.cwd, home: context.around.home };
  const { effect, places } = process.platform === 'win32' ? UNKNOWN : await effectOf(script, context);
  const harmless = await harmlessIn(script, context);
  const rule = strictestRule(
    ruleCommand({ script, ...found, harmless, reachesOut: reachesOutOf(line, context.around) }, context.rules),
    ruleCommandPaths(line, context.around, context.rules),
  );
  const catastrophe = catastropheIn(line, context);
  const always = effect === 'reads_outside' ? undefined : alwaysWords(script, found.layers);
  const facts: CommandFacts = {
    kind: 'command',
    effect,
    ...guardedIn(line, context.around),
    needs_network: found.layers.some(needsNetwork),
    ...(places.some(isKeptOutput) ? { is_hidden: true } : {}),
    facts: notableFacts(script, found, places),
    ...(catastrophe === undefined ? {} : { catastrophe }),
    ...(rule === undefined ? {} : { rule }),
    ...(always === undefined || catastrophe !== undefined ? {} : { always: quoteWords(always) }),
  };
  return { facts, ...(always === undefined || catastrophe !== undefined ? {} : { always }) };
}

function strictestRule(byWords: Ruling | undefined, byPaths: PathRuling | undefined): Ruling | undefined {
  if (byPaths === undefined || byWords?.decision === 'deny') return byWords;
  if (byPaths.decision === 'deny' || byWords === undefined) return byPaths;
  return byWords.decision === 'allow' && byPaths.yields !== true ? byPaths : byWords;
}

/** Finds the commands of a longer line that only read in the workspace. */
async function harmlessIn(script: ShellScript, context: CommandContext): Promise<ReadonlySet<readonly ShellWord[]>> {
  const harmless = new Set<readonly ShellWord[]>();
  for (const command of script.commands) {
    const { effect } = await effectOf({ commands: [command], redirects: [], doubts: [] }, context);
    if (effect === 'reads') harmless.add(command.words);
  }
  return harmless;
}

type Placed = readonly [string, Place];

interface Effect {
  readonly effect: CommandFacts['effect'];
  readonly places: readonly Placed[];
}

const UNKNOWN: Effect = { effect: 'unknown', places: [] };

async function effectOf(script: ShellScript, context: CommandContext): Promise<Effect> {
  const readings = readingCommands(script);
  if (readings !== undefined) {
    const places = await Promise.all(
      readings.flatMap(({ paths, has_files_only }) => paths.map((path) => readPlace(path, has_files_only, context))),
    );
    const isInside = places.every(([, place]) => place === 'workspace' || place === 'harmless');
    return { effect: isInside ? 'reads' : 'reads_outside', places };
  }
  if (isGitReading(script)) return { effect: 'git_reads', places: [] };
  const changed = filesChangedBy(script);
  if (changed === undefined) return UNKNOWN;
  const places = changed.map((path) => writePlace(path, context));
  return { effect: places.every(([, place]) => place === 'workspace') ? 'changes_files' : 'unknown', places };
}

/** What is harmless and no device. */
function isKeptOutput([path, place]: Placed): boolean {
  return place === 'harmless' && path !== '-' && path !== '/dev/null';
}

async function readPlace(path: string, has_files_only: boolean, { cwd, around }: CommandContext): Promise<Placed> {
  if (path === '-') return [path, 'harmless'];
  const resolved = realPlace(path, cwd);
  if (resolved === undefined || (has_files_only && kindBehind(resolved) === 'folder')) return [path, 'outside'];
  return [path, placeOfRead(resolved, around)];
}

function writePlace(path: string, { cwd, around }: CommandContext): Placed {
  const resolved = realPlace(path, cwd);
  return [path, resolved === undefined ? 'outside' : placeOfWrite(resolved, around)];
}

/** Resolves a word as the program would open it; undefined where a link that is made meanwhile would lead elsewhere. */
function realPlace(path: string, cwd: string): string | undefined {
  if (path === '' || climbsOutOfName(path) || path.startsWith('~')) return undefined;
  const { place, is_sure } = walkPath(path, cwd);
  return is_sure ? place : undefined;
}

function catastropheIn(line: PlacedLine, { around }: CommandContext): string | undefined {
  const { workspace, home } = around;
  const destroyed = placeCommands(line).commands.map((command) =>
    catastropheOf(command, { workspace, home, cwd: command.cwds.at(-1) ?? line.cwd }),
  );
  return [...destroyed, ...line.redirects.map(overwritesDevice)].find((found) => found !== undefined);
}

const DOUBTS: Readonly<Record<string, string>> = {
  syntax: 'could not be read as a shell command',
  expansion: 'parts like $NAME or $(command) are filled in when it runs: what they become cannot be shown here',
  assignment: 'sets variables',
  background: 'starts something in the background, which is ended with the command',
  hidden: 'holds invisible characters',
};

function notableFacts(
  script: ShellScript,
  { layers, is_opaque, redirects: given }: Layers,
  places: readonly Placed[],
): string[] {
  const redirects = given.map(({ operator, target }) =>
    target === undefined ? 'reads a here-document' : `${operator.includes('<') ? 'reads' : 'writes'} ${target.text}`,
  );
  const wrapped = layers
    .filter((layer) => layer.is_wrapped)
    .map(({ words }) => `runs ${words.map(({ text }) => text).join(' ')}`);
  const outside = places.flatMap(([path, place]) =>
    place === 'workspace' || place === 'harmless' ? [] : [`touches ${path} (${place})`],
  );
  const doubts = script.doubts.flatMap((doubt) => DOUBTS[doubt] ?? []);
  const opaque = is_opaque && !script.doubts.includes('syntax') ? ['runs code that cannot be judged'] : [];
  return [...new Set([...redirects, ...wrapped, ...outside, ...doubts, ...opaque])];
}
