import { BlockList, isIP } from 'node:net';

/** Why the service does not connect to an address; the IANA special-purpose registries (RFC 6890), by what they are for. */
export type AddressClass =
  | 'this-network'
  | 'private'
  | 'shared-nat'
  | 'loopback'
  | 'link-local'
  | 'metadata'
  | 'protocol'
  | 'documentation'
  | 'benchmark'
  | 'multicast'
  | 'reserved'
  | 'ipv4-mapped'
  | 'nat64'
  | 'tunnel'
  | 'unique-local'
  | 'not-global'
  | 'no-address';

type Range = readonly [network: string, prefix: number];

const ipv4: readonly (readonly [AddressClass, ...Range[]])[] = [
  ['this-network', ['0.0.0.0', 8]],
  // Before the ranges they lie in. The last is a public address that answers inside one provider's machines only.
  ['metadata', ['169.254.169.254', 32], ['100.100.100.200', 32], ['168.63.129.16', 32]],
  ['private', ['10.0.0.0', 8], ['172.16.0.0', 12], ['192.168.0.0', 16]],
  ['shared-nat', ['100.64.0.0', 10]],
  ['loopback', ['127.0.0.0', 8]],
  ['link-local', ['169.254.0.0', 16]],
  [
    'protocol',
    ['192.0.0.0', 24],
    ['192.88.99.0', 24],
    ['192.31.196.0', 24],
    ['192.52.193.0', 24],
    ['192.175.48.0', 24],
  ],
  ['documentation', ['192.0.2.0', 24], ['198.51.100.0', 24], ['203.0.113.0', 24]],
  ['benchmark', ['198.18.0.0', 15]],
  ['multicast', ['224.0.0.0', 4]],
  ['reserved', ['240.0.0.0', 4]],
];

const ipv6: readonly (readonly [AddressClass, ...Range[]])[] = [
  ['loopback', ['::1', 128]],
  ['this-network', ['::', 128]],
  ['ipv4-mapped', ['::ffff:0:0', 96], ['::', 96], ['::ffff:0:0:0', 96]],
  ['nat64', ['64:ff9b::', 96], ['64:ff9b:1::', 48]],
  ['metadata', ['fd00:ec2::254', 128], ['fd20:ce::254', 128]],
  ['unique-local', ['fc00::', 7]],
  ['link-local', ['fe80::', 10], ['fec0::', 10]],
  ['multicast', ['ff00::', 8]],
  ['tunnel', ['2001::', 32], ['2002::', 16]],
  ['documentation', ['2001:db8::', 32], ['3fff::', 20]],
  ['benchmark', ['2001:2::', 48]],
  ['protocol', ['2001::', 23], ['2620:4f:8000::', 48]],
];

const lists = [
  ...ipv4.map(([name, ...ranges]) => listOf(name, 'ipv4', ranges)),
  ...ipv6.map(([name, ...ranges]) => listOf(name, 'ipv6', ranges)),
];
/** All that is handed out for global unicast (RFC 4291 §2.4). */
const globalUnicast = listOf('not-global', 'ipv6', [['2000::', 3]]);

/** @returns why `address`, a literal, is none on the public internet; `undefined` when it is one. */
export function specialAddress(address: string): AddressClass | undefined {
  const version = isIP(address);
  // A zone names an interface of this machine.
  if (version === 0 || address.includes('%')) return 'no-address';
  const family = version === 4 ? 'ipv4' : 'ipv6';
  const found = lists.find((list) => list.family === family && list.addresses.check(address, family));
  if (found !== undefined) return found.name;
  return family === 'ipv4' || globalUnicast.addresses.check(address, family) ? undefined : 'not-global';
}

function listOf(name: AddressClass, family: 'ipv4' | 'ipv6', ranges: readonly Range[]) {
  const addresses = new BlockList();
  for (const [network, prefix] of ranges) addresses.addSubnet(network, prefix, family);
  return { name, family, addresses };
}
