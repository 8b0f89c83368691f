import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toUtf8 } from '#shared/lib/utf8';
import { createSoftToken, hasSoftToken, type SoftToken } from '../../test/fixtures/soft-token.ts';
import { nodePorts } from '../store/node-ports.ts';
import { pkcs11Keys, tokenKey } from './pkcs11-keys.ts';
import { findPrivateKey } from './pkcs11-objects.ts';
import { Pkcs11Token } from './pkcs11-token.ts';

const data = toUtf8('data');

describe.skipIf(!hasSoftToken)('keys in a SoftHSM token', () => {
  let soft: SoftToken;
  let token: Pkcs11Token;
  beforeAll(async () => {
    soft = createSoftToken();
    token = await Pkcs11Token.load(soft.options);
  });
  afterAll(async () => {
    await token.close();
    soft.close();
  });

  test.each(['p256', 'rsa-3072'] as const)(
    '%s signs, and is the same key when opened again',
    async (kind) => {
      const made = await pkcs11Keys(token).create(`key ${kind}`, kind);
      const key = await pkcs11Keys(token).open(`key ${kind}`);
      expect(key.publicKey).toEqual(made.publicKey);
      const { algorithm, publicKey } = key;
      expect(algorithm).toBe(kind === 'p256' ? 'ecdsa-p256-sha256' : 'rsa-pkcs1-sha256');
      const signatures = await Promise.all(Array.from({ length: 5 }, () => key.sign(data)));
      for (const signature of signatures)
        expect(await nodePorts.verifySignature({ algorithm, publicKey, data, signature })).toBe(true);
    },
  );

  test('the private key cannot be read', async () => {
    await pkcs11Keys(token).create('secret', 'p256');
    const read = token.use(async (session) => {
      const { pkcs11, library, handle } = session;
      const key = findPrivateKey(session, 'secret');
      const flags = library.C_GetAttributeValue(handle, key, [
        { type: pkcs11.CKA_SENSITIVE },
        { type: pkcs11.CKA_EXTRACTABLE },
      ]);
      expect(flags.map(({ value }) => (value as Buffer)[0])).toEqual([1, 0]);
      return library.C_GetAttributeValue(handle, key, [{ type: pkcs11.CKA_VALUE }]);
    });
    await expect(read).rejects.toMatchObject({
      code: 'TOKEN_UNAVAILABLE',
      message: expect.stringContaining('CKR_ATTRIBUTE_SENSITIVE'),
    });
  });

  test('a token that was taken out is used again when it is back', async () => {
    const key = await pkcs11Keys(token).create('removable', 'p256');
    soft.remove();
    for (let times = 0; times < 3; times++)
      await expect(key.sign(data)).rejects.toMatchObject({ code: 'TOKEN_UNAVAILABLE', entry: 'tiezheng' });
    soft.putBack();
    expect(await key.sign(data)).toHaveLength(64);
  });

  test('a session that ended is replaced without anybody noticing', async () => {
    const key = await pkcs11Keys(token).create('restarted', 'p256');
    await token.use(async ({ library, handle }) => library.C_CloseSession(handle));
    expect(await key.sign(data)).toHaveLength(64);
  });

  test('a missing, a doubled and a wrong key are errors', async () => {
    await expect(pkcs11Keys(token).open('absent')).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
    const first = await pkcs11Keys(token).create('twin', 'p256');
    const other = await pkcs11Keys(token).create('other', 'p256');
    await expect(tokenKey(token, 'other', first.publicKey).sign(data)).rejects.toMatchObject({
      code: 'KEY_MISMATCH',
      entry: 'other',
    });
    expect(await other.sign(data)).toHaveLength(64);
    await expect(pkcs11Keys(token).create('twin', 'p256')).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
    await expect(first.sign(data)).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
  });

  test('a wrong PIN is tried once, and again only when its file changes', async () => {
    const { module, tokenLabel, pinFile } = soft.options;
    await token.close();
    const own = await Pkcs11Token.load({ module, tokenLabel, pinFile });
    writeFileSync(pinFile, '111111');
    let logins = 0;
    const signIn = () => own.use(async () => void logins++);
    for (let times = 0; times < 20; times++)
      await expect(signIn()).rejects.toMatchObject({ code: 'PIN_REFUSED' });
    writeFileSync(pinFile, '567890');
    await signIn();
    expect(logins).toBe(1);
    writeFileSync(pinFile, '567890\n');
    await own.close();
    token = await Pkcs11Token.load(soft.options);
  });

  test('a token of another label is not there', async () => {
    const absent = await Pkcs11Token.load({ ...soft.options, tokenLabel: 'absent' });
    await expect(absent.use(async () => 1)).rejects.toMatchObject({
      code: 'TOKEN_UNAVAILABLE',
      entry: 'absent',
    });
    const noPin = await Pkcs11Token.load({ ...soft.options, pinFile: '/absent/pin' });
    await expect(noPin.use(async () => 1)).rejects.toMatchObject({ code: 'KEY_UNREADABLE' });
  });

  test('a library that is none is an error', async () => {
    for (const module of ['/absent.so', tmpdir()])
      await expect(Pkcs11Token.load({ ...soft.options, module })).rejects.toMatchObject({
        code: 'PKCS11_UNAVAILABLE',
        entry: module,
      });
  });
});
