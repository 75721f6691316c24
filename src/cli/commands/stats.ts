import { readSession } from '../../sessions/read-session.ts';
import { listSessions } from '../../sessions/session-directory.ts';
import { countOnce, originsFirst } from '../../stats/count-once.ts';
import { foldStats, NO_STATS, type Stats } from '../../stats/fold-stats.ts';
import { renderStats, STATS_GROUPS, type StatsGroup } from '../../stats/render-stats.ts';
import { CliError, EXIT } from '../exit-codes.ts';
import { sessionFolder } from '../wiring/session-store.ts';
import type { CliCommand } from './cli-command.ts';

/** Says what all saved sessions used, by day, model, tool and session. */
export const stats: CliCommand = async ({ words, flags, setup, output }) => {
  const unknown = words.find((word) => !STATS_GROUPS.some((group) => group === word));
  if (unknown !== undefined) {
    throw new CliError(`There are no statistics by "${unknown}". There are: ${STATS_GROUPS.join(', ')}.`);
  }
  const folded = await foldAll(sessionFolder(setup));
  if (flags.json === true) {
    const { total, days, models, tools, sessions } = folded;
    const groups = Object.entries({ days, models, tools, sessions }).map(([name, map]) => [
      name,
      Object.fromEntries(map),
    ]);
    await output.write(`${JSON.stringify({ total, ...Object.fromEntries(groups) }, null, 2)}\n`);
    return EXIT.answered;
  }
  const groups = words.length === 0 ? STATS_GROUPS : (words as readonly StatsGroup[]);
  for (const line of renderStats(folded, groups)) await output.write(`${line}\n`);
  return EXIT.answered;
};

/** Folds every session, the oldest first; what a branch has in common with its origin counts once, there. */
async function foldAll(directory: string): Promise<Stats> {
  const counted = new Set<string>();
  let folded = NO_STATS;
  for (const { path } of originsFirst((await listSessions(directory)).toReversed())) {
    folded = foldStats(countOnce((await readSession(path)).messages, counted), folded);
  }
  return { ...folded, days: sorted(folded.days), sessions: sorted(folded.sessions) };
}

/** Both days and ids of sessions sort by time. */
function sorted<Totals>(group: ReadonlyMap<string, Totals>): ReadonlyMap<string, Totals> {
  return new Map([...group].sort(([one], [other]) => (one < other ? -1 : 1)));
}
