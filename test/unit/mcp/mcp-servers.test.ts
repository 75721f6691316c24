import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createMcpServers } from '../../../src/mcp/mcp-servers.ts';
import { stdio } from '../../helpers/mcp/mcp-home.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a server that is started again while it starts is left running once', async () => {
  const folder = await temporaryFolder();
  const note = join(folder, 'note');
  const servers = createMcpServers({
    servers: { one: stdio({ note }) },
    cwd: resolve('.'),
    environment: { PATH: process.env.PATH ?? '' },
    spill_dir: folder,
    log_dir: folder,
    version: '1',
    fetchFor: () => fetch,
    mask: (text) => text,
    isWanted: () => true,
    warn: () => undefined,
  });
  onTestFinished(() => servers.close());
  const pids = (): number[] =>
    existsSync(note) ? [...readFileSync(note, 'utf8').matchAll(/^pid (\d+)$/gm)].map(([, pid]) => Number(pid)) : [];

  servers.start();
  await servers.restart('one');
  await servers.settled();
  expect(servers.states()).toMatchObject([{ status: 'ready' }]);
  expect(pids().filter(isAlive)).toHaveLength(1);

  await servers.close();
  expect(pids().filter(isAlive)).toEqual([]);
});
