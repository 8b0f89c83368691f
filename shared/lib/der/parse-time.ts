import { DerError } from './der-error.ts';
import { tag } from './tag.ts';

const REST = String.raw`(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)`;
const UTC_TIME = new RegExp(`^(\\d\\d)${REST}()Z$`);
/** X.690 §11.7: seconds present, fraction without trailing zeros, no empty fraction. */
const GENERALIZED_TIME = new RegExp(`^(\\d{4})${REST}(?:\\.(\\d{0,8}[1-9]))?Z$`);
const LONGEST = '20260102030405.123456789Z'.length;

/**
 * UTC milliseconds of the content of a UTCTime (years 1950–2049, RFC 5280 §4.1.2.5.1) or GeneralizedTime in DER
 * form. Fractions finer than a millisecond are cut off.
 * @throws DerError BAD_TIME, also for dates that do not exist and leap seconds
 */
export function parseTime(type: number, content: Uint8Array): number {
  const text = content.length > LONGEST ? '' : String.fromCharCode(...content);
  const match = (type === tag.utcTime ? UTC_TIME : GENERALIZED_TIME).exec(text);
  if (match === null) throw new DerError('BAD_TIME', 'not a DER time');
  const [, year = '', month, day, hour, minute, second, fraction = ''] = match;
  const century = type === tag.utcTime ? (Number(year) < 50 ? '20' : '19') : '';
  const stem = `${century}${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const millis = Date.parse(`${stem}.${fraction.padEnd(3, '0').slice(0, 3)}Z`);
  if (Number.isNaN(millis) || new Date(millis).toISOString().slice(0, 19) !== stem)
    throw new DerError('BAD_TIME', 'no such date');
  return millis;
}
