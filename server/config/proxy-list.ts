import { isIP } from 'node:net';
import * as v from 'valibot';
import { textList } from './values.ts';

/** Addresses and networks: `192.0.2.1`, `192.0.2.0/24`, `2001:db8::/32`. */
export const proxyList = v.pipe(
  textList,
  v.check((all) => all.every(isAddressOrNetwork), 'not addresses or networks'),
);

function isAddressOrNetwork(text: string): boolean {
  const [address = '', bits, ...more] = text.split('/');
  const family = isIP(address);
  if (family === 0 || more.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
