import { expect, test } from 'vitest';
import { packagePath } from '#shared/seal/layout';
import { packageOrder } from '#shared/seal/package-member';
import { verifyPackageLayout } from './package-layout.ts';

const id = 'CAP-0123abcd-7';
const whole = packageOrder([
  packagePath.mimetype,
  packagePath.bagit,
  packagePath.bagInfo,
  packagePath.manifest,
  packagePath.tagManifest,
  packagePath.readme,
  packagePath.certificate,
  packagePath.receipt,
  packagePath.caCertificate,
  packagePath.ocspCertificate,
  packagePath.logKey,
  packagePath.tsa(1),
  packagePath.tsaCa(1),
  packagePath.bundle(id),
  packagePath.bundleToken(id),
  packagePath.asicManifest,
  packagePath.cms,
  packagePath.token,
  packagePath.sealManifest,
  packagePath.logProof,
]);
const fault = (paths: readonly string[]): unknown => {
  try {
    return verifyPackageLayout(paths);
  } catch (error) {
    const { code, entry } = error as { code: string; entry: string };
    return { code, entry };
  }
};

test('the whole layout gives the capture id, with and without its optional files', () => {
  expect(verifyPackageLayout(whole)).toBe(id);
  expect(verifyPackageLayout(whole.filter((path) => path !== packagePath.ocspCertificate))).toBe(id);
  const more = [packagePath.tsa(2), packagePath.tsaCa(2), packagePath.witnessKey(1), packagePath.xades];
  expect(verifyPackageLayout(packageOrder([...whole, ...more]))).toBe(id);
});

test('no file may be missing, except the optional one', () => {
  for (const path of whole.filter((one) => one !== packagePath.ocspCertificate)) {
    const entry = path === packagePath.bundle(id) ? 'data/*.wacz' : path;
    const missing = fault(whole.filter((one) => one !== path));
    // Without the bundle nothing says which capture it is.
    expect(missing).toEqual({ code: 'ENTRY_MISSING', entry });
  }
});

test.each([
  'extra.txt',
  'META-INF/extra.p7s',
  'META-INF/signatures002.xml',
  'trust/extra.pem',
  'trust/tsa-3.pem',
  'trust/witness-2.vkey',
  'data/extra.txt',
  'data/CAP-0123abcd-8.wacz.tsr',
  'Mimetype',
])('%s has no place', (path) => {
  expect(fault(packageOrder([...whole, path]))).toEqual({ code: 'ENTRY_NOT_ALLOWED', entry: path });
});

test('one bundle, named after its capture', () => {
  expect(fault(packageOrder([...whole, 'data/CAP-0123abcd-8.wacz']))).toMatchObject({
    code: 'ENTRY_NOT_ALLOWED',
  });
  const renamed = whole.map((path) => path.replace(id, 'CAP-0123abcd-07'));
  expect(fault(renamed)).toMatchObject({ code: 'ENTRY_NOT_ALLOWED', entry: 'data/CAP-0123abcd-07.wacz' });
});

test('any two neighbours exchanged are out of order', () => {
  for (let at = 0; at + 1 < whole.length; at++) {
    const swapped = whole.with(at, whole[at + 1]!).with(at + 1, whole[at]!);
    expect(fault(swapped)).toEqual({ code: 'ENTRY_ORDER', entry: whole[at + 1] });
  }
});
