import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDeviceClient, type DeviceClient } from '../../test/fixtures/device-client.ts';
import { openTestApp, type TestApp } from './testing/open-test-app.ts';

let service: TestApp;
let client: DeviceClient;
let url = '';

beforeAll(async () => {
  service = await openTestApp({ eventStreamMs: 5000 });
  url = await service.listen();
  client = createDeviceClient(url);
  await client.pair(await service.pairingCode());
  await client.signIn();
});
afterAll(() => service.close());

test('metrics in the Prometheus format, for administrators only', async () => {
  expect((await fetch(`${url}/metrics`)).status).toBe(401);
  expect((await client.send('/metrics')).status).toBe(403);
  await client.json('/cases');
  const headers = { authorization: `Bearer ${service.adminToken}` };
  const answer = await fetch(`${url}/metrics`, { headers });
  expect(answer.headers.get('content-type')).toContain('text/plain; version=0.0.4');
  const text = await answer.text();
  expect(text).toMatch(/^tiezheng_log_entries [1-9]/m);
  expect(text).toMatch(/^tiezheng_jobs\{state="due"\} 0$/m);
  expect(text).toMatch(/^tiezheng_disk_free_bytes \d{6,}/m);
  expect(text).toMatch(
    /tiezheng_http_request_seconds_count\{method="GET",route="\/api\/v1\/cases",status="200"\} 1/,
  );
  expect(text).toMatch(/^process_resident_memory_bytes \d/m);
  expect(text).not.toContain(client.device.id);
});

test('security headers on answers, refusals and uploads', async () => {
  const bytes = new Uint8Array(10);
  const path = await client.createUpload({ bytes, captureId: `CAP-${client.device.id}-1` });
  const answers = [
    await fetch(`${url}/health`),
    await fetch(`${url}/nothing`),
    await fetch(`${url}/health`, { headers: { origin: 'https://elsewhere.example' } }),
    await client.send(path, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 403, 200]);
  for (const { headers } of answers) {
    expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-powered-by')).toBeNull();
  }
});

test('events tell how a package comes along, until it has come to its end', async () => {
  const bytes = new Uint8Array(20).fill(2);
  const captureId = `CAP-${client.device.id}-2`;
  const path = await client.createUpload({ bytes, captureId });
  const id = client.packageIdOf(bytes);
  const answer = await client.send(`/api/v1/packages/${id}/events`);
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const states: string[] = [];
  let text = '';
  for await (const piece of answer.body!) {
    text += Buffer.from(piece).toString();
    const found = [...text.matchAll(/^event: package\ndata: (.*)\n\n/gm)];
    const seen = found.map(([, json = '']) => (JSON.parse(json) as { state: string }).state);
    if (seen.length === states.length) continue;
    states.splice(0, states.length, ...seen);
    if (states.at(-1) === 'receiving') await client.sendFrom(path, bytes, 0);
    if (states.at(-1) === 'verifying') await service.intake.store.packages.setState(id, 'refused');
  }
  expect(states).toEqual(['receiving', 'verifying', 'refused']);
  const stranger = createDeviceClient(url);
  await stranger.pair(await service.pairingCode());
  await stranger.signIn();
  expect((await stranger.send(`/api/v1/packages/${id}/events`)).status).toBe(404);
});
