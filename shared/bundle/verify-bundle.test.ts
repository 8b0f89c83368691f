import { expect, test } from 'vitest';
import { nodePorts } from '../../server/store/node-ports.ts';
import { buildTestBundle } from '../../test/fixtures/build-test-bundle.ts';
import { bytesSource } from '../../test/fixtures/bytes-source.ts';
import { verifyBundle } from './verify-bundle.ts';

test('accepts a bundle without challenge and anchor, and says so', async () => {
  const { bytes, record } = await buildTestBundle();
  const verified = await verifyBundle(bytesSource(bytes), nodePorts);
  expect(verified).toMatchObject({ bytes: bytes.length, record, defects: ['no-challenge', 'no-anchor'] });
});
