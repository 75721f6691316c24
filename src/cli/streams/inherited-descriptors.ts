import { readdirSync, readlinkSync } from 'node:fs';
import { isWritable } from './is-writable.ts';

const OPEN = '/proc/self/fd';

/**
 * Gives the descriptors from 3 on that whoever started the program handed over for writing; undefined where the system
 * does not tell. Only right before anything else is opened. Node has descriptors of its own from its start on, with the
 * next free numbers: event queues, which are no files, and pipes of which it holds both ends. Writing into one aborts it.
 */
export function inheritedDescriptors(): ReadonlySet<number> | undefined {
  const open = openDescriptors();
  if (open === undefined) return undefined;
  const isOwnPipe = (target: string): boolean =>
    target.startsWith('pipe:') && open.some((one) => one.target === target && !one.isWritable);
  return new Set(
    open.flatMap(({ fd, target, isWritable }) =>
      fd > 2 && isWritable && !target.startsWith('anon_inode:') && !isOwnPipe(target) ? [fd] : [],
    ),
  );
}

interface OpenDescriptor {
  readonly fd: number;
  /** What it leads to: a path, `pipe:[9]`, `anon_inode:[eventfd]`. */
  readonly target: string;
  readonly isWritable: boolean;
}

function openDescriptors(): readonly OpenDescriptor[] | undefined {
  try {
    return readdirSync(OPEN).flatMap((name) => {
      try {
        const target = readlinkSync(`${OPEN}/${name}`);
        return [{ fd: Number(name), target, isWritable: isWritable('self', name) }];
      } catch {
        // The one by which the list is read is gone by now.
        return [];
      }
    });
  } catch {
    return undefined;
  }
}
