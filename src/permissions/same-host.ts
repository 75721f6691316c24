import { isIPv4, isIPv6 } from 'node:net';

/** Gives a host, as an address spells it, and the IPv4 address that it leads to if that is written within an IPv6 one. */
export function spellingsOfHost(host: string): readonly string[] {
  const address = withoutBrackets(host);
  const inner = isIPv6(address) ? innerAddress(groupsOf(address)) : undefined;
  return inner === undefined ? [host] : [host, inner];
}

/** Tells whether a host is this machine, by whatever name. */
export function isThisMachine(host: string): boolean {
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  return spellingsOfHost(host)
    .map(withoutBrackets)
    .some((address) => (isIPv4(address) ? /^(127\.|0\.0\.0\.0$)/.test(address) : /^::1?$/.test(address)));
}

function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/** Reads the eight groups of an IPv6 address, as a URL spells it: without dots. */
function groupsOf(address: string): readonly number[] {
  const [head = '', tail] = address.split('::').map((part) => (part === '' ? [] : part.split(':')));
  const groups = tail === undefined ? [...head] : [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail];
  return groups.map((group) => Number.parseInt(group, 16));
}

/** Mapped (`::ffff:a.b.c.d`), compatible (`::a.b.c.d`), NAT64 (`64:ff9b::a.b.c.d`) and 6to4 (`2002:ab:cd::`). */
function innerAddress(groups: readonly number[]): string | undefined {
  const before = groups
    .slice(0, 6)
    .map((group) => group.toString(16))
    .join(':');
  if (groups[0] === 0x2002) return dotted(groups.slice(1, 3));
  if (!/^(0:0:0:0:0:(0|ffff)|0:0:0:0:ffff:0|64:ff9b:0:0:0:0)$/.test(before)) return undefined;
  return groups[6] === 0 ? undefined : dotted(groups.slice(6));
}

function dotted(groups: readonly number[]): string {
  return groups.flatMap((group) => [group >> 8, group & 255]).join('.');
}
