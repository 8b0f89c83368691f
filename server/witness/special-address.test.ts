import { expect, test } from 'vitest';
import { specialAddress } from './special-address.ts';

test.each([
  ['0.0.0.0', 'this-network'],
  ['0.1.2.3', 'this-network'],
  ['10.0.0.1', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['100.64.0.1', 'shared-nat'],
  ['100.127.255.255', 'shared-nat'],
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['169.254.1.1', 'link-local'],
  ['169.254.169.254', 'metadata'],
  ['100.100.100.200', 'metadata'],
  ['168.63.129.16', 'metadata'],
  ['192.0.0.8', 'protocol'],
  ['192.0.2.1', 'documentation'],
  ['203.0.113.9', 'documentation'],
  ['198.19.0.1', 'benchmark'],
  ['224.0.0.1', 'multicast'],
  ['239.255.255.250', 'multicast'],
  ['255.255.255.255', 'reserved'],
  ['::', 'this-network'],
  ['::1', 'loopback'],
  ['::ffff:127.0.0.1', 'ipv4-mapped'],
  ['::ffff:8.8.8.8', 'ipv4-mapped'],
  ['::127.0.0.1', 'ipv4-mapped'],
  ['64:ff9b::7f00:1', 'nat64'],
  ['64:ff9b:1::a00:1', 'nat64'],
  ['fd00:ec2::254', 'metadata'],
  ['fc00::1', 'unique-local'],
  ['fd12:3456::1', 'unique-local'],
  ['fe80::1', 'link-local'],
  ['fe80::1%eth0', 'no-address'],
  ['ff02::1', 'multicast'],
  ['2001:0:4136::1', 'tunnel'],
  ['2002:7f00:1::', 'tunnel'],
  ['2001:db8::1', 'documentation'],
  ['3fff::1', 'documentation'],
  ['2001:10::1', 'protocol'],
  ['4000::1', 'not-global'],
  ['100::1', 'not-global'],
  ['localhost', 'no-address'],
  ['2130706433', 'no-address'],
  ['0177.0.0.1', 'no-address'],
  ['', 'no-address'],
])('%s is refused: %s', (address, name) => {
  expect(specialAddress(address)).toBe(name);
});

test.each([
  '1.1.1.1',
  '8.8.8.8',
  '172.32.0.1',
  '100.128.0.1',
  '223.5.5.5',
  '2400:3200::1',
  '2606:4700::1111',
])('%s is public', (address) => {
  expect(specialAddress(address)).toBeUndefined();
});
