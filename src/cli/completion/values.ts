import { encoders } from '../../encoders/registry.ts';
import { ownEntry } from '../../own-entry.ts';
import { PERMISSION_MODES } from '../../permissions/modes.ts';
import { EXPORT_FORMATS } from '../../sessions/export-session.ts';
import { listSessions } from '../../sessions/session-directory.ts';
import { STATS_GROUPS } from '../../stats/render-stats.ts';
import { createTools } from '../../tools/registry.ts';
import { readSetup } from '../setup.ts';
import { openModels } from '../wiring/open-models.ts';
import { sessionFolder } from '../wiring/session-store.ts';
import type { Suggestions, ValueSource } from './complete.ts';

type Values = Suggestions['values'];

/** Gives what is known of the values of flags and commands on this machine. */
export const knownValues: ValueSource = async (what, earlier, typed) => {
  const source = ownEntry(SOURCES, what);
  if (source !== undefined) return source(typed);
  if (what === 'sessions 3' && earlier[0] === 'export') return 'files';
  const isOfSession = /^sessions \d+$/.test(what) && /^(?:show|export|delete)$/.test(earlier[0] ?? '');
  return isOfSession && (what === 'sessions 2' || earlier[0] === 'delete') ? sessions() : undefined;
};

const SOURCES: Readonly<Record<string, (typed: string) => Promise<Values | 'files'>>> = {
  '--model': models,
  '--output-format': async () => encoders.map(({ name, description }) => [name, description]),
  '--input-format': async () => plain('text', 'stream-json'),
  '--permission-mode': async () => PERMISSION_MODES.map(({ name, description }) => [name, description]),
  '--resume': sessions,
  '--session-id': sessions,
  '--tools': async (typed) =>
    joined(
      typed,
      createTools({ spill_dir: '', environment: {} }).map(({ name }) => name),
    ),
  '--format': async () => plain(...EXPORT_FORMATS),
  '--ag-ui-compat': async () => plain('0.0.45'),
  '--json-schema': async () => 'files',
  '--record': async () => 'files',
  '--events': async () => 'files',
  'replay 1': async () => 'files',
  'sessions 1': async () => [
    ['list', 'all of them, the newest first'],
    ['show', 'one as Markdown'],
    ['export', 'one to a file'],
    ['delete', 'some for good'],
  ],
  'config 1': async () => plain('show', 'path', 'keys'),
  'mcp 1': async () => plain(...Object.keys((await readSetup({ isForgiving: true })).config.mcp_servers ?? {})),
  'stats 1': async () => plain(...STATS_GROUPS),
  'stats 2': async () => plain(...STATS_GROUPS),
  'completion 1': async () => plain('bash', 'zsh', 'fish', 'powershell'),
};

function plain(...values: readonly string[]): Values {
  return values.map((value) => [value, '']);
}

/** The last of a list that is joined with commas. */
function joined(typed: string, values: readonly string[]): Values {
  const before = typed.slice(0, typed.lastIndexOf(',') + 1);
  return values.filter((value) => !before.split(',').includes(value)).map((value) => [`${before}${value}`, '']);
}

async function models(): Promise<Values> {
  const all = await openModels(await readSetup({ isForgiving: true })).list();
  return all.filter(({ is_usable }) => is_usable).map(({ name }) => [name, '']);
}

async function sessions(): Promise<Values> {
  const all = await listSessions(sessionFolder(await readSetup({ isForgiving: true })));
  return all.map(({ session_id, title }) => [session_id, title]);
}
