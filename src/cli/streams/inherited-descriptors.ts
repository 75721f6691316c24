import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const OPEN = '/proc/self/fd';
/** Access modes of `open`: for writing, for reading and writing. */
const WRITABLE = new Set([1, 2]);

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
        const [, flags = ''] = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${name}`, 'utf8')) ?? [];
        const isWritable = WRITABLE.has(Number.parseInt(flags, 8) & 3);
        return [{ fd: Number(name), target: readlinkSync(`${OPEN}/${name}`), isWritable }];
      } catch {
        // The one by which the list is read is gone by now.
        return [];
      }
    });
  } catch {
    return undefined;
  }
}
