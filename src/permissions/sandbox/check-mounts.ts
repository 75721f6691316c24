import { readFileSync } from 'node:fs';

/**
 * Runs inside of the sandbox, before the command: every folder or file of the workspace that was mounted lies where it
 * was mounted, and all of them do. A command that runs beside this one could have put a link in the way.
 */
const SCRIPT = `(
  n=0 bad=
  while read -r _ _ d r m _; do
    case $m in
      "$1") dev=$d root=\${r%/} ;;
      "$1"/*) [ "$d" != "$dev" ] || { n=$((n + 1)); [ "$r" = "$root\${m#"$1"}" ] || bad=1; } ;;
    esac
  done < /proc/self/mountinfo
  [ -z "$bad" ] && [ "$n" = "$2" ]
) || {
  echo 'Nothing was run: protected files were moved while the sandbox was made. Run it again.' >&2
  exit 125
}
shift 2
exec "$@"`;

/** Puts the check before a command. `binds` says how many places below the workspace were mounted on themselves. */
export function checkedMounts(argv: readonly string[], workspace: string, binds: number): readonly string[] {
  // Mounts of somebody else in the workspace cannot be told from ours.
  if (mountPoints().some((point) => point.startsWith(`${escaped(workspace)}/`))) return argv;
  return ['/bin/sh', '-c', SCRIPT, 'sh', escaped(workspace), String(binds), ...argv];
}

function mountPoints(): readonly string[] {
  try {
    const lines = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
    return lines.map((line) => line.split(' ')[4] ?? '');
  } catch {
    return [];
  }
}

/** As the system writes a path there. */
function escaped(path: string): string {
  return path.replace(/[ \t\n\\]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
}
