import { ownEntry } from '../../own-entry.ts';
import type { CommandLayer } from './layers.ts';
import { wordSet } from './word-set.ts';
import { programName } from './wrappers.ts';

const ALWAYS = wordSet(
  'curl wget ssh scp sftp rsync ftp nc ncat netcat telnet dig nslookup host ping traceroute whois gh glab aws gcloud az kubectl ' +
    'docker podman npx pnpx bunx uvx apt apt-get brew dnf yum pacman apk snap flatpak',
);
const INSTALLING = 'install i ci add update upgrade publish dlx create outdated view info audit exec login';
const WITH_SUBCOMMAND: Readonly<Record<string, ReadonlySet<string>>> = Object.fromEntries(
  Object.entries({
    git: 'push pull fetch clone ls-remote submodule remote',
    npm: INSTALLING,
    pnpm: INSTALLING,
    yarn: INSTALLING,
    bun: INSTALLING,
    pip: 'install download index',
    pip3: 'install download index',
    uv: 'add sync lock pip tool',
    poetry: 'install add update lock publish',
    cargo: 'install add fetch update publish search',
    go: 'get install mod',
    gem: 'install update push',
    bundle: 'install update add',
    composer: 'install require update',
  }).map(([program, list]) => [program, wordSet(list)]),
);

/** Tells whether a command is known to be of no use without the network. */
export function needsNetwork({ words }: CommandLayer): boolean {
  const name = programName(words[0]) ?? '';
  if (ALWAYS.has(name)) return true;
  const subcommands = ownEntry(WITH_SUBCOMMAND, name);
  const subcommand = words.slice(1).find(({ value }) => !value.startsWith('-'))?.value;
  return subcommands?.has(subcommand ?? '') === true;
}
