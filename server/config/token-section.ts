import * as v from 'valibot';
import { longText } from './values.ts';

/** A key in a PKCS#11 token. */
export const tokenSection = v.strictObject({
  provider: v.literal('pkcs11'),
  module: longText,
  tokenLabel: v.pipe(longText, v.maxLength(32)),
  keyLabel: longText,
  pinFile: longText,
});
