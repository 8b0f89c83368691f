import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createDeviceClient, type DeviceClient } from '../../test/fixtures/device-client.ts';
import type { Limits } from '../config/limits-section.ts';
import { openTestApp, type TestApp } from './testing/open-test-app.ts';

async function withLimits(
  limits: Partial<Limits>,
  run: (service: TestApp, device: () => Promise<DeviceClient>) => Promise<void>,
): Promise<void> {
  const service = await openTestApp({ limits });
  const url = await service.listen();
  try {
    await run(service, async () => {
      const client = createDeviceClient(url);
      await client.pair(await service.pairingCode());
      await client.signIn();
      return client;
    });
  } finally {
    await service.close();
  }
}
let number = 0;
const bundle = (client: DeviceClient, bytes = 1000) => ({
  bytes: new Uint8Array(randomBytes(bytes)),
  captureId: `CAP-${client.device.id}-${++number}`,
});
const refused = (code: string, entry: string) => expect.objectContaining({ status: 429, code, entry });

test('bytes a day, by device and by organisation; the day goes by', () =>
  withLimits({ deviceBytesPerDay: 2500, organisationBytesPerDay: 4500 }, async (service, device) => {
    const one = await device();
    await one.upload(bundle(one));
    await one.upload(bundle(one));
    await expect(one.createUpload(bundle(one))).rejects.toEqual(refused('DAY_LIMIT_REACHED', 'device'));
    await one.createUpload(bundle(one, 500));
    const two = await device();
    await two.upload(bundle(two));
    await two.upload(bundle(two, 1000));
    const three = await device();
    await expect(three.createUpload(bundle(three))).rejects.toEqual(
      refused('DAY_LIMIT_REACHED', 'organisation'),
    );
    service.clock.ahead = 25 * 3_600_000;
    await three.signIn();
    await three.upload(bundle(three));
  }));

test('open uploads; one that ends makes room, any number at once stay within it', () =>
  withLimits({ deviceOpenUploads: 3, organisationOpenUploads: 4 }, async (service, device) => {
    const one = await device();
    const begun = await Promise.allSettled(
      Array.from({ length: 10 }, async () => {
        const wanted = bundle(one);
        return { wanted, path: await one.createUpload(wanted) };
      }),
    );
    const open = begun.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    expect(open).toHaveLength(3);
    for (const outcome of begun)
      if (outcome.status === 'rejected')
        expect(outcome.reason).toEqual(refused('TOO_MANY_UPLOADS', 'device'));
    const two = await device();
    await two.createUpload(bundle(two));
    await expect(two.createUpload(bundle(two))).rejects.toEqual(refused('TOO_MANY_UPLOADS', 'organisation'));
    const [first] = open;
    await one.sendFrom(first!.path, first!.wanted.bytes, 0);
    await two.createUpload(bundle(two));
    expect(await service.intake.store.uploads.unfinished(100)).toHaveLength(4);
    const answer = await two.send('/api/v1/uploads', {
      method: 'POST',
      headers: {
        'tus-resumable': '1.0.0',
        'upload-length': '1',
        'upload-metadata': `capture ${btoa(`CAP-${two.device.id}-99`)},sha256 ${btoa('a'.repeat(64))}`,
      },
    });
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '600']);
  }));

test('requests a minute, by device and by organisation; every answer says what is left', () =>
  withLimits({ deviceRequestsPerMinute: 5, organisationRequestsPerMinute: 8 }, async (_service, device) => {
    const one = await device();
    const statuses: number[] = [];
    for (let n = 0; n < 6; n++) {
      const answer = await one.send('/api/v1/packages');
      statuses.push(answer.status);
      if (n === 0) expect(answer.headers.get('ratelimit-remaining')).toBe('4');
      if (n < 5) continue;
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await answer.json()).toMatchObject({ error: { code: 'TOO_MANY_REQUESTS', entry: 'device' } });
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429]);
    const two = await device();
    const codes: unknown[] = [];
    for (let n = 0; n < 5; n++) {
      const answer = await two.send('/api/v1/packages');
      codes.push(answer.ok ? 'ok' : ((await answer.json()) as { error: { entry: string } }).error.entry);
    }
    expect(codes).toContain('organisation');
    // Nobody's requests are nobody's to count.
    expect((await one.send('/health')).status).toBe(200);
  }));
