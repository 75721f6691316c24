import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { takeSessionLock } from '../../../src/sessions/session-lock.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';

test('a lock is there with its whole text or not at all, and nothing else is left', async () => {
  const folder = await temporaryFolder();
  const path = join(folder, 's1.lock');
  const watcher = new Worker(WATCHER, { eval: true, workerData: path });
  const said = (word: string) =>
    new Promise<{ whole: number; torn: number }>((resolve) => {
      watcher.on('message', (message) => {
        if (message.word === word) resolve(message);
      });
    });
  await said('watching');
  for (let round = 0; round < 1000; round += 1) {
    const lock = takeSessionLock(path);
    if ('holder' in lock) throw new Error('Nobody else holds it.');
    if (round % 100 === 0) expect(takeSessionLock(path)).toMatchObject({ holder: { pid: process.pid } });
    lock.release();
  }
  const seen = said('seen');
  watcher.postMessage('stop');
  const { whole, torn } = await seen;
  await watcher.terminate();
  expect(torn).toBe(0);
  expect(whole).toBeGreaterThan(0);
  expect([existsSync(path), readdirSync(folder)]).toEqual([false, []]);
});

/** Reads the lock as often as it can and counts what it saw of it. */
const WATCHER = `
const { readFileSync } = require('node:fs');
const { parentPort, workerData } = require('node:worker_threads');
const seen = { whole: 0, torn: 0 };
let isOver = false;
parentPort.on('message', () => { isOver = true; });
const look = () => {
  for (let count = 0; count < 200; count += 1) {
    try {
      seen[readFileSync(workerData, 'utf8').endsWith('}') ? 'whole' : 'torn'] += 1;
    } catch {}
  }
  if (isOver) parentPort.postMessage({ word: 'seen', ...seen });
  else setImmediate(look);
};
parentPort.postMessage({ word: 'watching' });
look();
`;
