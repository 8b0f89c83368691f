import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seal } from '../../server/seal/seal.ts';
import { nodePorts } from '../../server/store/node-ports.ts';
import { trustFileOf } from '../../server/trust-file.ts';
import { bytesSource } from '../../test/fixtures/bytes-source.ts';
import { createTestSealer, type TestSealer } from '../../test/fixtures/test-seal.ts';
import { parseTrustFile, type TrustAnchors } from './trust-anchors.ts';
import { verifyPackage } from './verify-package.ts';

const dir = mkdtempSync(join(tmpdir(), 'verify-'));
let sealer: TestSealer;
let bytes: Uint8Array;
let anchors: TrustAnchors;

beforeAll(async () => {
  sealer = await createTestSealer(join(dir, 'own'));
  bytes = await readFile((await seal(await sealer.prepare('one'))).path);
  anchors = parseTrustFile(trustFileOf(sealer.trust, sealer.log));
});
afterAll(async () => {
  await sealer.close();
  rmSync(dir, { recursive: true, force: true });
});

test('golden', async () => {
  const t0 = performance.now();
  const report = await verifyPackage(bytesSource(bytes), nodePorts, { anchors });
  console.log(performance.now() - t0, bytes.length);
  console.log(
    report.checks.map(({ id, status, code, entry }) => `${id} ${status} ${code} ${entry}`).join('\n'),
    report.facts,
    report.anchors,
  );
  for (let i = 0; i < 20; i++) await verifyPackage(bytesSource(bytes), nodePorts, { anchors });
  console.log((performance.now() - t0) / 21);
  expect(report.verdict).toBe('valid');
});
