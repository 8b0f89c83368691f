import { beforeAll, expect, test } from 'vitest';
import { nodePorts } from '../../server/store/node-ports.ts';
import { issue, type TestIdentity } from '../../test/fixtures/issue-certificate.ts';
import type { Certificate } from './certificate.ts';
import { verifySignerPath } from './embedded-certificates.ts';
import { oid } from './oid.ts';
import { requirePurpose } from './purpose.ts';
import { verifyChain } from './verify-chain.ts';

const DAY = 86_400_000;
let root: TestIdentity;
let middle: TestIdentity;
let leaf: TestIdentity;

beforeAll(async () => {
  root = await issue('Root', { pathLength: 1 });
  middle = await issue('Middle', { issuer: root, pathLength: 0, kind: 'p384' });
  leaf = await issue('Leaf', { issuer: middle });
});

const chainOf = (
  end: TestIdentity,
  intermediates: readonly TestIdentity[],
  anchors: readonly TestIdentity[] = [root],
  at = Date.now(),
): Promise<Certificate[]> =>
  verifyChain(
    nodePorts,
    end.parsed,
    intermediates.map(({ parsed }) => parsed),
    anchors.map(({ parsed }) => parsed),
    at,
  );
const refusal = (code: string) => expect.objectContaining({ code });

test('finds the path, whatever else lies beside it', async () => {
  const noise = await issue('Middle', { pathLength: 0 });
  const chain = await chainOf(leaf, [noise, middle, leaf, root], [noise, root]);
  expect(chain.map(({ subject }) => subject.commonName)).toEqual(['Leaf', 'Middle', 'Root']);
});

test('an anchor may be the leaf itself or an intermediate', async () => {
  expect(await chainOf(leaf, [], [leaf])).toHaveLength(1);
  expect(await chainOf(leaf, [], [middle])).toHaveLength(2);
});

test('an embedded root is no anchor', async () => {
  await expect(chainOf(leaf, [middle, root], [])).rejects.toEqual(refusal('ISSUER_UNKNOWN'));
  await expect(chainOf(leaf, [], [root])).rejects.toEqual(refusal('ISSUER_UNKNOWN'));
});

test('every certificate must be valid at the given time, to the second', async () => {
  const { notBefore, notAfter } = leaf.parsed;
  await expect(chainOf(leaf, [middle], [root], notBefore - 1)).rejects.toEqual(refusal('NOT_YET_VALID'));
  await expect(chainOf(leaf, [middle], [root], notAfter + 1000)).rejects.toEqual(refusal('EXPIRED'));
  expect(await chainOf(leaf, [middle], [root], notAfter + 999)).toHaveLength(3);
  const old = await issue('Old', { issuer: root, pathLength: 0, notAfter: Date.now() - DAY / 2 });
  const child = await issue('Child', { issuer: old });
  await expect(chainOf(child, [old])).rejects.toEqual(refusal('EXPIRED'));
});

test('only authorities issue', async () => {
  const child = await issue('Child', { issuer: leaf });
  await expect(chainOf(child, [leaf, middle])).rejects.toEqual(refusal('NOT_A_CA'));
  const noSign = await issue('No sign', { issuer: root, pathLength: 0, keyUsage: ['cRLSign'] });
  const below = await issue('Below', { issuer: noSign });
  await expect(chainOf(below, [noSign])).rejects.toEqual(refusal('KEY_USAGE'));
});

test('path lengths hold', async () => {
  const third = await issue('Third', { issuer: middle, pathLength: 0 });
  const deep = await issue('Deep', { issuer: third });
  await expect(chainOf(deep, [third, middle])).rejects.toEqual(refusal('PATH_TOO_LONG'));
});

test('the same name with another key does not do', async () => {
  const impostor = await issue('Middle', { issuer: root, pathLength: 0 });
  const forged = await issue('Leaf', {
    issuer: { ...impostor, parsed: middle.parsed, publicKey: middle.publicKey },
  });
  await expect(chainOf(forged, [middle])).rejects.toEqual(refusal('SIGNATURE_INVALID'));
});

test('certificates that sign each other end the search', async () => {
  const a = await issue('A', { pathLength: 5 });
  const b = await issue('B', { issuer: a, pathLength: 5 });
  const crossed = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      issue(index % 2 === 0 ? 'A' : 'B', { issuer: index % 2 === 0 ? b : a, pathLength: 5 }),
    ),
  );
  const end = await issue('End', { issuer: b });
  const begun = performance.now();
  await expect(chainOf(end, [a, b, ...crossed], [root])).rejects.toThrow();
  expect(performance.now() - begun).toBeLessThan(2000);
});

test('a key of another algorithm than the signature names', async () => {
  const rsa = await issue('Rsa', { pathLength: 0, kind: 'rsa' });
  const forged = await issue('Leaf', { issuer: { ...rsa, algorithm: 'ecdsa-p256-sha256' } });
  await expect(chainOf(forged, [], [rsa])).rejects.toEqual(refusal('ALGORITHM_MISMATCH'));
});

test('purposes', async () => {
  const tsa = await issue('Tsa', { extKeyUsage: [oid.timeStamping] });
  const ocsp = await issue('Ocsp', { extKeyUsage: [oid.ocspSigning], ocspNoCheck: true });
  const both = await issue('Both', { extKeyUsage: [oid.timeStamping, oid.ocspSigning] });
  const authority = await issue('Ca', { pathLength: 0 });
  requirePurpose(tsa.parsed, 'time-stamping');
  requirePurpose(ocsp.parsed, 'ocsp');
  requirePurpose(leaf.parsed, 'signing');
  expect(() => requirePurpose(leaf.parsed, 'time-stamping')).toThrow(refusal('EXTENDED_KEY_USAGE'));
  expect(() => requirePurpose(both.parsed, 'time-stamping')).toThrow(refusal('EXTENDED_KEY_USAGE'));
  const lax = { ...tsa.parsed, extKeyUsageCritical: false };
  expect(() => requirePurpose(lax, 'time-stamping')).toThrow(refusal('EXTENDED_KEY_USAGE'));
  expect(() => requirePurpose(tsa.parsed, 'signing')).toThrow(refusal('EXTENDED_KEY_USAGE'));
  expect(() => requirePurpose(authority.parsed, 'signing')).toThrow(refusal('KEY_USAGE'));
});

test('beside a signature no certificate may be left that nothing signs', async () => {
  const path = (embedded: readonly TestIdentity[], anchors?: readonly TestIdentity[]) =>
    verifySignerPath(
      nodePorts,
      leaf.parsed,
      embedded.map(({ parsed }) => parsed),
      { anchors: anchors?.map(({ parsed }) => parsed), at: Date.now(), purpose: 'signing' },
    );
  expect((await path([leaf, middle, root], [root])).anchor?.der).toEqual(root.certificate);
  expect((await path([leaf, middle], [root])).chain).toHaveLength(3);
  const open = await path([leaf, middle, root]);
  expect([open.chain.length, open.anchor]).toEqual([3, undefined]);
  await expect(path([leaf, middle])).rejects.toEqual(refusal('ISSUER_UNKNOWN'));
  const stray = await issue('Stray', { issuer: await issue('Elsewhere', { pathLength: 0 }) });
  await expect(path([leaf, middle, stray], [root])).rejects.toEqual(refusal('ISSUER_UNKNOWN'));
  const forged = await issue('Forged', {
    issuer: { ...stray, parsed: root.parsed, publicKey: root.publicKey },
  });
  await expect(path([leaf, middle, root, forged])).rejects.toEqual(refusal('SIGNATURE_INVALID'));
});
