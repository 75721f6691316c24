// Builds dist where the bundler is installed. An installed package brings its dist along.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bundler = `${root}node_modules/rolldown/bin/cli.mjs`;
if (existsSync(bundler)) {
  const build = spawnSync(process.execPath, [bundler, '-c', '--log-level', 'silent'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  process.exitCode = build.status ?? 1;
}
