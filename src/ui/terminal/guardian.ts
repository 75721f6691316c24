import { spawn } from 'node:child_process';

/** A process that outlives this one by a moment. */
export interface Guardian {
  /** The terminal was restored: there is nothing left to do. */
  dismiss(): void;
}

/**
 * No handler runs on SIGKILL or when memory runs out. The pipe to this shell ends then, without a word: it makes the
 * terminal usable again.
 */
const SCRIPT = `trap '' HUP INT QUIT TERM TSTP TTOU TTIN
while IFS= read -r word; do [ "$word" = ok ] && exit 0; done
stty sane <&1
printf '%b' "$1"`;

/** Starts the guardian of the terminal behind a file descriptor. `reset` is what it writes. */
export function startGuardian(fd: number, reset: string): Guardian {
  const written = `${reset.replaceAll('\u001b', '\\033')}\\r\\n`;
  // Of its own session, so that no key and no hang-up of the terminal reaches it; without our environment.
  const child = spawn('/bin/sh', ['-c', SCRIPT, 'sh', written], {
    stdio: ['pipe', fd, 'ignore'],
    detached: true,
    cwd: '/',
    env: { PATH: '/usr/bin:/bin' },
  });
  child.on('error', () => {});
  child.stdin?.on('error', () => {});
  child.unref();
  (child.stdin as { unref?(): void } | null)?.unref?.();
  return {
    dismiss: () => {
      // libuv writes so little to a pipe before it returns, also while the process exits.
      child.stdin?.write('ok\n');
    },
  };
}
