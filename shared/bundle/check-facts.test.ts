import { describe, expect, test } from 'vitest';
import { canonicalFile } from '#shared/bundle/canonical-file';
import { verifyBundle } from '#shared/bundle/verify-bundle';
import { bytesSource } from '#shared/lib/bytes-source';
import type { Json } from '#shared/lib/canonical-json';
import { nodePorts } from '../../server/store/node-ports.ts';
import { buildTestBundle } from '../../test/fixtures/build-test-bundle.ts';
import { testFacts } from '../../test/fixtures/test-facts.ts';

const verified = async (facts?: Uint8Array) => {
  const { bytes } = await buildTestBundle(facts === undefined ? {} : { facts });
  return verifyBundle(bytesSource(bytes), nodePorts);
};

describe('evidence/facts.json', () => {
  test('is read where it is there, and may be absent', async () => {
    expect((await verified(canonicalFile(testFacts as unknown as Json))).facts).toEqual(testFacts);
    expect((await verified()).facts).toBeUndefined();
  });

  test.each([
    ['another version', { ...testFacts, version: 2 }],
    ['an unknown member', { ...testFacts, extra: 1 }],
    ['a negative count', { ...testFacts, cached: { count: -1, urls: [] } }],
    ['a list beyond its limit', { ...testFacts, cached: { count: 1, urls: Array(101).fill('x') } }],
  ])('%s is refused by name', async (_, facts) => {
    await expect(verified(canonicalFile(facts as unknown as Json))).rejects.toMatchObject({
      code: 'FILE_MALFORMED',
      entry: expect.stringContaining('evidence/facts.json'),
    });
  });

  test('JSON in another spelling is refused', async () => {
    const spaced = new TextEncoder().encode(JSON.stringify(testFacts, undefined, 1));
    await expect(verified(spaced)).rejects.toMatchObject({ code: 'FILE_MALFORMED' });
  });
});
