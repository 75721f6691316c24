// npm run bench: the figures of docs/performance.md, measured on the built program against a stand-in on loopback.
// Ratios hold within one run; the machine's other work moves wall times, CPU hardly.
// node test/bench/run.mjs [--only=start,pipe,speed,pace,turns,echo] [file for the figures as JSON]
import { writeFileSync } from 'node:fs';
import { measureChat, measureEchoWhileStreaming, measureTurns } from './chat.mjs';
import { measurePipe, measurePipeLatency } from './pipe.mjs';
import { figures, removeHome } from './program.mjs';
import { measureBareNode, measureStartUp } from './start-up.mjs';

const parts = {
  start: (bare) => measureStartUp(bare),
  pipe: async (bare) => {
    await measurePipe(50, bare);
    await measurePipe(20_000, bare);
    await measurePipeLatency();
  },
  speed: async () => {
    await measureChat({ deltas: 5000 });
    await measureChat({ deltas: 5000, kind: 'code' });
    await measureChat({ deltas: 20_000 });
  },
  pace: async () => {
    await measureChat({ deltas: 2000, deltas_per_second: 200 });
    await measureChat({ deltas: 2000, deltas_per_second: 200, kind: 'code' });
  },
  turns: () => measureTurns(50),
  echo: () => measureEchoWhileStreaming(),
};

const args = process.argv.slice(2);
const only = args
  .find((arg) => arg.startsWith('--only='))
  ?.slice('--only='.length)
  .split(',');
const file = args.find((arg) => !arg.startsWith('--'));
try {
  console.log(`Node ${process.version}`);
  const bare = await measureBareNode();
  for (const name of only ?? Object.keys(parts)) await parts[name](bare);
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`);
} finally {
  removeHome();
}
