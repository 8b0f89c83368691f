import { expect, test } from 'vitest';
import { fromBase64 } from '#shared/lib/base64';
import { sha256Hex } from '#shared/lib/sha256';
import { EXTENSION_ID, EXTENSION_KEY } from './extension-id.ts';

test('the id is the one browsers derive from the manifest key', () => {
  const digits = sha256Hex(fromBase64(EXTENSION_KEY)).slice(0, 32);
  const id = [...digits].map((digit) => 'abcdefghijklmnop'.charAt(Number.parseInt(digit, 16))).join('');
  expect(EXTENSION_ID).toBe(id);
});
