import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildTestBundle } from '../fixtures/build-test-bundle.ts';
import { createDeviceClient } from '../fixtures/device-client.ts';
import { startService } from './start-service.ts';

test('SIGTERM amid an upload and a seal: ends well, loses nothing, goes on at the next start', async () => {
  const dataDir = await mkdtemp(join(tmpdir(), 'graceful-'));
  try {
    const first = await startService({ dataDir });
    const client = createDeviceClient(first.url);
    await client.pair(await first.pairingCode());
    await client.signIn();
    const captured = () =>
      buildTestBundle({
        device: client.device,
        challenge: ({ device: _, ...needs }) => client.challenge(needs),
        anchor: (digest) => client.anchor(digest),
      });
    const [whole, halved] = [await captured(), await captured()];
    const id = await client.upload(whole);
    const path = await client.createUpload(halved);
    const half = Math.floor(halved.bytes.length / 2);
    const held = request(new URL(path, first.url), {
      method: 'PATCH',
      headers: {
        authorization: `Bearer ${client.token}`,
        'tus-resumable': '1.0.0',
        'content-type': 'application/offset+octet-stream',
        'content-length': halved.bytes.length,
        'upload-offset': 0,
      },
    });
    const cut = new Promise((resolve) => held.once('close', resolve));
    held.on('error', () => undefined);
    held.write(halved.bytes.subarray(0, half));
    await new Promise((resolve) => setTimeout(resolve, 300));

    const began = Date.now();
    await first.stop();
    await cut;
    expect(await first.exited).toBe(0);
    // Five seconds for requests under way, then the seal under way.
    expect(Date.now() - began).toBeLessThan(60_000);

    const again = await startService({ dataDir });
    const later = createDeviceClient(again.url, client.device);
    later.token = client.token;
    expect(await later.waitFor(id, 'sealed', 'refused', 'waiting')).toMatchObject({ state: 'sealed' });
    const head = await later.send(path, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } });
    const offset = Number(head.headers.get('upload-offset'));
    expect(offset).toBeGreaterThan(0);
    expect(await later.sendFrom(path, halved.bytes, offset)).toBe(204);
    const other = later.packageIdOf(halved.bytes);
    expect(await later.waitFor(other, 'sealed', 'refused', 'waiting')).toMatchObject({ state: 'sealed' });
    await again.stop();
    expect(await again.exited).toBe(0);
  } finally {
    await rm(dataDir, { recursive: true });
  }
});
