import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSoftToken, hasSoftToken, type SoftToken } from '../../test/fixtures/soft-token.ts';
import { findSecretKey } from './pkcs11-objects.ts';
import { Pkcs11Token } from './pkcs11-token.ts';
import { tokenMasterKey } from './token-master-key.ts';

const secret = new Uint8Array(createHash('sha256').update('secret').digest());

describe.skipIf(!hasSoftToken)('a master key in a SoftHSM token', () => {
  let soft: SoftToken;
  beforeAll(() => {
    soft = createSoftToken();
  });
  afterAll(() => soft.close());
  const open = (keyLabel: string, create: boolean) => tokenMasterKey({ ...soft.options, keyLabel }, create);

  test('wraps and unwraps, and is the same key when opened again; made only when asked for', async () => {
    await expect(open('master', false)).rejects.toMatchObject({
      code: 'MASTER_KEY_MISSING',
      message: expect.stringMatching(/Nothing was changed.*未改动任何数据/),
    });
    const made = await open('master', true);
    const wrapped = await made.wrap(secret, 'one');
    expect(await made.wrap(secret, 'one')).not.toBe(wrapped);
    await made.close();
    const again = await open('master', true);
    expect(await again.unwrap(wrapped, 'one')).toEqual(secret);
    const unwraps = Array.from({ length: 5 }, () => again.unwrap(wrapped, 'one'));
    expect(await Promise.all(unwraps)).toEqual([secret, secret, secret, secret, secret]);
    await again.close();
  });

  test('unwraps nothing altered, of another context or of another key', async () => {
    const [master, other] = [await open('first', true), await open('second', true)];
    const wrapped = await master.wrap(secret, 'one');
    const altered = Buffer.from(wrapped, 'base64');
    altered[20] = (altered[20] ?? 0) ^ 1;
    const wrong = { code: 'MASTER_KEY_WRONG', entry: 'tiezheng/first' };
    await expect(master.unwrap(wrapped, 'two')).rejects.toMatchObject(wrong);
    await expect(master.unwrap(altered.toString('base64'), 'one')).rejects.toMatchObject(wrong);
    await expect(master.unwrap('AAAA', 'one')).rejects.toMatchObject(wrong);
    await expect(other.unwrap(wrapped, 'one')).rejects.toMatchObject({ ...wrong, entry: 'tiezheng/second' });
    expect(await master.unwrap(wrapped, 'one')).toEqual(secret);
    await master.close();
    await other.close();
  });

  test('cannot be read out of the token, and one that could is refused', async () => {
    await (await open('hidden', true)).close();
    const token = await Pkcs11Token.load(soft.options);
    const read = token.use(async (session) => {
      const type = session.pkcs11.CKA_VALUE;
      return session.library.C_GetAttributeValue(session.handle, findSecretKey(session, 'hidden'), [
        { type },
      ]);
    });
    await expect(read).rejects.toMatchObject({ message: expect.stringContaining('CKR_ATTRIBUTE_SENSITIVE') });
    await token.use(async ({ pkcs11, library, handle }) => {
      library.C_GenerateKey(handle, { mechanism: pkcs11.CKM_AES_KEY_GEN }, [
        { type: pkcs11.CKA_VALUE_LEN, value: 32 },
        { type: pkcs11.CKA_TOKEN, value: true },
        { type: pkcs11.CKA_LABEL, value: 'open' },
        { type: pkcs11.CKA_ENCRYPT, value: true },
        { type: pkcs11.CKA_DECRYPT, value: true },
        { type: pkcs11.CKA_SENSITIVE, value: false },
        { type: pkcs11.CKA_EXTRACTABLE, value: true },
      ]);
    });
    await token.close();
    await expect(open('open', false)).rejects.toMatchObject({ code: 'MASTER_KEY_EXPOSED' });
  });

  test('a token that was taken out is used again when it is back', async () => {
    const master = await open('removable', true);
    const wrapped = await master.wrap(secret, 'one');
    soft.remove();
    await expect(master.unwrap(wrapped, 'one')).rejects.toMatchObject({ code: 'TOKEN_UNAVAILABLE' });
    await expect(open('removable', true)).rejects.toMatchObject({ code: 'TOKEN_UNAVAILABLE' });
    soft.putBack();
    expect(await master.unwrap(wrapped, 'one')).toEqual(secret);
    await master.close();
  });
});
