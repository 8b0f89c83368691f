import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { beforeAll, expect, test } from 'vitest';
import { sha256Hex } from '#shared/lib/sha256';
import { nodePorts } from '../../server/store/node-ports.ts';
import { issue, type TestIdentity } from '../../test/fixtures/issue-certificate.ts';
import { judgeChain, nameAndKeyOf } from './judge-chain.ts';
import { publicRoots } from './public-roots.ts';

const DAY = 86_400_000;
let root: TestIdentity;
let middle: TestIdentity;
let leaf: TestIdentity;
let roots: ReadonlyMap<string, string>;

beforeAll(async () => {
  root = await issue('Root', { pathLength: 1 });
  middle = await issue('Middle', { issuer: root, pathLength: 0 });
  leaf = await issue('Leaf', { issuer: middle });
  roots = new Map([[sha256Hex(root.certificate), 'Root']]);
});

const judge = (chain: readonly TestIdentity[], list = roots, at = Date.now()) =>
  judgeChain(
    nodePorts,
    chain.map(({ certificate }) => certificate),
    at,
    list,
  );

test('a chain that verifies up to a listed root is public, with or without intermediates', async () => {
  expect(await judge([leaf, middle, root])).toEqual({ verdict: 'public-root', detail: 'Root' });
  const direct = await issue('Direct', { issuer: root });
  expect(await judge([direct, root])).toMatchObject({ verdict: 'public-root' });
});

test('a root that is not listed, no root, and a bare root are private', async () => {
  expect(await judge([leaf, middle, root], publicRoots)).toMatchObject({ verdict: 'private-root' });
  expect(await judge([leaf, middle])).toMatchObject({ verdict: 'private-root' });
  expect(await judge([root])).toMatchObject({ verdict: 'private-root' });
  expect(await judge([])).toMatchObject({ verdict: 'private-root' });
});

test('a public root laid behind a foreign chain makes it no better', async () => {
  const forged = await issue('Root', { pathLength: 1 });
  const below = await issue('Leaf', { issuer: forged });
  expect(await judge([below, root])).toMatchObject({
    verdict: 'private-root',
    detail: expect.stringContaining('SIGNATURE_INVALID'),
  });
  const real = new Uint8Array(new X509Certificate(rootCertificates[0] as string).raw);
  const chain = [leaf.certificate, middle.certificate, real];
  expect(await judgeChain(nodePorts, chain, Date.now())).toMatchObject({ verdict: 'private-root' });
  expect(await judge([leaf, below, root])).toMatchObject({ verdict: 'private-root' });
});

test('what has expired or cannot be read was not checked', async () => {
  expect(await judge([leaf, middle, root], roots, Date.now() + 40 * DAY)).toMatchObject({
    verdict: 'not-checked',
    detail: expect.stringContaining('EXPIRED'),
  });
  const broken = leaf.certificate.slice(0, -1);
  expect(await judgeChain(nodePorts, [broken, root.certificate], Date.now(), roots)).toMatchObject({
    verdict: 'not-checked',
  });
});

test('name and key can be read from every root of the Mozilla list, whatever it signs itself with', () => {
  expect(publicRoots.size).toBeGreaterThan(100);
  let listed = 0;
  for (const pem of rootCertificates) {
    const { raw, publicKey } = new X509Certificate(pem);
    const key = publicKey.export({ type: 'spki', format: 'der' });
    expect(Buffer.from(nameAndKeyOf(new Uint8Array(raw)).publicKey)).toEqual(key);
    if (publicRoots.has(sha256Hex(new Uint8Array(raw)))) listed++;
  }
  expect(listed).toBeGreaterThan(100);
});
