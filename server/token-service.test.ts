import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { bytesSource } from '#shared/lib/bytes-source';
import { parseTrustFile } from '#shared/verify/trust-anchors';
import { verifyPackage } from '#shared/verify/verify-package';
import { createSoftToken, hasSoftToken, type SoftToken } from '../test/fixtures/soft-token.ts';
import { captureBy, startTestService, type TestService } from '../test/fixtures/test-service.ts';
import { sealSteps } from './seal/seal-steps.ts';
import { nodePorts } from './store/node-ports.ts';
import { pkcs11Keys } from './trust/pkcs11-keys.ts';
import { Pkcs11Token } from './trust/pkcs11-token.ts';

vi.setConfig({ testTimeout: 60_000 });

describe.skipIf(!hasSoftToken)('a service whose key is in a token', () => {
  let dataDir = '';
  let soft: SoftToken;
  let service: TestService;
  let onSignature = () => {};

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'token-service-'));
    soft = createSoftToken();
    const token = await Pkcs11Token.load(soft.options);
    await pkcs11Keys(token).create('seal', 'p256');
    await token.close();
    const keys = { provider: 'pkcs11', keyLabel: 'seal', ...soft.options };
    await writeFile(join(dataDir, 'config.json'), JSON.stringify({ keys }));
    const steps = sealSteps.map((step) => ({
      ...step,
      run: async (work: Parameters<typeof step.run>[0]) => {
        if (step.name === 'signature') onSignature();
        await step.run(work);
      },
    }));
    service = await startTestService(dataDir, { sealSteps: steps });
  });
  afterAll(async () => {
    await service.close();
    soft.close();
    await rm(dataDir, { recursive: true });
  });

  test('taken out in the middle of a seal: the package waits, says for what, and is sealed when it is back', async () => {
    const client = await service.signIn();
    onSignature = () => {
      onSignature = () => {};
      soft.remove();
    };
    const id = await client.upload(await captureBy(client));
    const { waiting } = await client.waitFor(id, 'waiting');
    expect(waiting).toMatchObject({ code: 'TOKEN_UNAVAILABLE', entry: 'tiezheng' });
    soft.putBack();
    const bytes = await service.sealed(client, id);
    const anchors = parseTrustFile(await service.trustFile());
    expect((await verifyPackage(bytesSource(bytes), nodePorts, { anchors })).verdict).toBe('valid');
  });

  test('away when a package arrives: its receipt waits too', async () => {
    const client = await service.signIn();
    const bundle = await captureBy(client);
    soft.remove();
    const id = await client.upload(bundle);
    expect((await client.waitFor(id, 'waiting')).waiting?.code).toBe('TOKEN_UNAVAILABLE');
    expect((await client.send(`/api/v1/packages/${id}/receipt`)).status).toBe(409);
    soft.putBack();
    await client.waitFor(id, 'sealed');
  });
});
