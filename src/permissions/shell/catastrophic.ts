import { dirname, resolve } from 'node:path';
import type { CommandLayer } from './layers.ts';
import type { ShellRedirect, ShellWord } from './shell-script.ts';
import { wordSet } from './word-set.ts';
import { programName } from './wrappers.ts';

/** The places whose loss cannot be made good. */
export interface VitalPlaces {
  readonly workspace: string;
  readonly cwd: string;
  readonly home: string;
}

const SYSTEM = wordSet(
  '/ /bin /boot /dev /etc /home /lib /lib64 /opt /proc /root /sbin /srv /sys /usr /var /Users /System /Library /Applications /private',
);

/** Says what a command would destroy beyond repair; undefined when it is none of the known ways to do that. */
export function catastropheOf({ words }: CommandLayer, places: VitalPlaces): string | undefined {
  const name = programName(words[0]);
  const rest = words.slice(1);
  if (name === 'rm' && isRecursive(rest)) return vitalOperand(rest, places, 'deletes');
  if (name === 'find' && deletes(rest)) return vitalOperand(rest, places, 'deletes what it finds in');
  if (name === 'chmod' || name === 'chown' || name === 'chgrp') {
    return isRecursive(rest) ? vitalOperand(rest, places, 'changes the rights of') : undefined;
  }
  if (name !== undefined && /^(mkfs(\..+)?|wipefs|fdisk|parted|sgdisk)$/.test(name)) return 'formats a disk';
  if (
    (name === 'dd' || name === 'shred') &&
    rest.some(({ value }) => /^(of=)?\/dev\/(?!null|stdout|stderr)/.test(value))
  ) {
    return 'overwrites a device';
  }
  return undefined;
}

/** Says which device a redirect would overwrite. */
export function overwritesDevice({ target }: ShellRedirect): string | undefined {
  return target !== undefined && /^\/dev\/(sd|hd|nvme|vd|mmcblk|disk|mapper|mem|kmem)/.test(target.value)
    ? `overwrites ${target.value}`
    : undefined;
}

function isRecursive(words: readonly ShellWord[]): boolean {
  return words.some(
    ({ value }) =>
      /^-[a-zA-Z]*[rR]/.test(value) || isShortFor(value, '--recursive') || isShortFor(value, '--no-preserve-root'),
  );
}

/** Programs take long options by their first letters. */
function isShortFor(value: string, option: string): boolean {
  return value.length > 2 && option.startsWith(value);
}

function deletes(words: readonly ShellWord[]): boolean {
  const values = words.map(({ value }) => value);
  if (values.includes('-delete')) return true;
  return values.some(
    (value, at) => /^-(exec|execdir|ok|okdir)$/.test(value) && /(^|\/)(rm|shred|unlink)$/.test(values[at + 1] ?? ''),
  );
}

function vitalOperand(words: readonly ShellWord[], places: VitalPlaces, verb: string): string | undefined {
  const found = words.find((word) => !word.text.startsWith('-') && isVital(word, places));
  return found === undefined ? undefined : `${verb} ${found.text}`;
}

function isVital(word: ShellWord, { workspace, cwd, home }: VitalPlaces): boolean {
  if (/^(["']?\$|`|~)/.test(word.text)) return isHomeOrUnknown(word.text);
  const path = word.value.replace(/\/?\*+$/, '') || (word.value.startsWith('/') ? '/' : '.');
  const place = resolve(cwd, path);
  if (SYSTEM.has(place) || place === home || isAncestor(place, workspace)) return true;
  return place === resolve(workspace, '.git') || dirname(place) === '/home' || dirname(place) === '/Users';
}

/** `~/x` and `$HOME/x` are one folder of the home; a bare one is the home, and any other variable may be empty. */
function isHomeOrUnknown(text: string): boolean {
  const rest = /^["']?(?:~|\$HOME|\$\{HOME\})["']?(?:\/(.*?))?["']?$/.exec(text);
  return rest === null || (rest[1] ?? '').replace(/^["']|["'*]+$/g, '') === '';
}

function isAncestor(folder: string, path: string): boolean {
  return folder === path || folder === '/' || path.startsWith(`${folder}/`);
}
