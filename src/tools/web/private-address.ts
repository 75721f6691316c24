import { BlockList, isIPv6 } from 'node:net';

const PRIVATE_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
];
const PRIVATE_V6: readonly (readonly [string, number])[] = [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
];

let privateAddresses: BlockList | undefined;

/** Tells whether an IP address is not one of the public internet: loopback, a local network, a metadata service. */
export function isPrivateAddress(address: string): boolean {
  if (privateAddresses === undefined) {
    privateAddresses = new BlockList();
    for (const [network, bits] of PRIVATE_V4) privateAddresses.addSubnet(network, bits, 'ipv4');
    for (const [network, bits] of PRIVATE_V6) privateAddresses.addSubnet(network, bits, 'ipv6');
  }
  return privateAddresses.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}
