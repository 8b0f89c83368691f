import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { retentionAnswer, type TombstoneFile, tombstoneFile } from '#shared/api/retention';
import { fromBase64 } from '#shared/lib/base64';
import { canonicalJson } from '#shared/lib/canonical-json';
import { sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { leafBytes } from '#shared/log/leaf';
import { verifyTlogProof } from '#shared/log/verify-tlog-proof';
import { parseCertificate } from '#shared/pki/certificate';
import { parsePem } from '#shared/pki/pem';
import { packageId } from '#shared/seal/package-id';
import { createDeviceClient, type DeviceClient } from '../../test/fixtures/device-client.ts';
import { deleteEvidence } from '../intake/delete-evidence.ts';
import { nodePorts } from '../store/node-ports.ts';
import { openTestApp, type TestApp } from './testing/open-test-app.ts';
import { addUser, type Browser, browserOf } from './testing/people.ts';

let service: TestApp;
let client: DeviceClient;
let handler: Browser;
let administrator: Browser;
let made = 0;

beforeAll(async () => {
  service = await openTestApp();
  client = createDeviceClient(await service.listen());
  await client.pair(await service.pairingCode());
  await client.signIn();
  handler = await browserOf(service, await addUser(service, 'case-handler'));
  administrator = await browserOf(service, await addUser(service, 'administrator'));
});
afterAll(() => service.close());

const codeOf = (answer: { json(): unknown }) => (answer.json() as { error?: { code: string } }).error?.code;
const dayIn = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const reason = { reason: '保存期满' };

async function caseUntil(retainUntil: string): Promise<string> {
  made += 1;
  const body = { number: `no ${made}`, title: '假冒', retainUntil };
  return (await handler.send('POST', '/cases', body)).json().id;
}

/** A package that is sealed as far as the database knows, with its files. */
async function sealed(caseId: string | null): Promise<{ id: string; sha256: string }> {
  made += 1;
  const { store, folders } = service.intake;
  const bundle = sha256Hex(toUtf8(`bundle ${made}`));
  const id = packageId(bundle);
  const device = client.device.id;
  await store.packages.receive({
    id,
    device,
    sha256: bundle,
    bytes: 1,
    upload: `u${made}`,
    receivedAt: made,
  });
  const url = 'https://shop.example/item';
  await store.verdicts.accept({
    package: id,
    device,
    capture: `CAP-${device}-${made}`,
    sequence: made,
    journal: bundle,
    challenge: null,
    closing: { device, seq: made, hash: bundle },
    defects: [],
    found: { caseId, requestedUrl: url, finalUrl: url, title: '页面', capturedAt: made },
  });
  const sha256 = sha256Hex(toUtf8(id));
  await store.packages.setReceipt(id, '{"receipt":1}', 'sealing');
  await store.packages.setSealed(id, {
    sealLeaf: bundle,
    sealedAt: made,
    sealedBytes: 1,
    sealedSha256: sha256,
  });
  await mkdir(join(folders.packages, id));
  await writeFile(join(folders.packages, id, `${id}.asice`), 'x');
  return { id, sha256 };
}

test('is refused before the last day is over, while the case is held, and outside every case', async () => {
  // Beijing is ahead: its day that ends soonest is today or tomorrow here.
  const early = await sealed(await caseUntil(dayIn(1)));
  const ask = (id: string) => handler.send('POST', `/packages/${id}/deletion`, reason);
  expect(codeOf(await ask(early.id))).toBe('RETENTION_NOT_OVER');
  expect(codeOf(await ask((await sealed(null)).id))).toBe('RETENTION_NOT_OVER');

  const caseId = await caseUntil(dayIn(-3));
  const { id, sha256 } = await sealed(caseId);
  expect((await handler.send('PUT', `/cases/${caseId}/hold`, { reason: '诉讼中' })).statusCode).toBe(204);
  expect((await handler.send('GET', `/cases/${caseId}`)).json()).toMatchObject({ hold: '诉讼中' });
  expect(codeOf(await ask(id))).toBe('CASE_HELD');
  expect((await handler.send('DELETE', `/cases/${caseId}/hold`)).statusCode).toBe(204);
  expect(codeOf(await handler.send('DELETE', `/cases/${caseId}/hold`))).toBe('CASE_NOT_HELD');
  expect((await ask(id)).statusCode).toBe(201);
  // Held between the two steps: the second looks again.
  await handler.send('PUT', `/cases/${caseId}/hold`, { reason: '诉讼中' });
  const confirmed = await administrator.send('POST', `/packages/${id}/deletion/confirmation`, { sha256 });
  expect(codeOf(confirmed)).toBe('CASE_HELD');
  expect(await readdir(service.intake.folders.packages)).toContain(id);
});

test('takes two people and the digest, and leaves a signed, logged tombstone', async () => {
  const caseId = await caseUntil(dayIn(-3));
  const { id, sha256 } = await sealed(caseId);
  const confirm = (by: Browser, body: object = { sha256 }) =>
    by.send('POST', `/packages/${id}/deletion/confirmation`, body);
  expect(codeOf(await confirm(administrator))).toBe('DELETION_NOT_REQUESTED');
  expect((await administrator.send('POST', `/packages/${id}/deletion`, reason)).statusCode).toBe(201);
  expect(codeOf(await confirm(administrator))).toBe('DELETION_OWN_REQUEST');
  expect((await administrator.send('DELETE', `/packages/${id}/deletion`)).statusCode).toBe(204);
  const asked = await handler.send('POST', `/packages/${id}/deletion`, reason);
  expect(asked.json()).toMatchObject({ package: id, sha256 });
  expect(codeOf(await confirm(administrator, { sha256: 'ab'.repeat(32) }))).toBe('DIGEST_DIFFERS');
  const due = v.parse(retentionAnswer, (await handler.send('GET', '/retention')).json()).due;
  expect(due.find((row) => row.package === id)).toMatchObject({ sha256, request: reason });

  const answer = await confirm(administrator);
  expect(answer.statusCode).toBe(200);
  const file: TombstoneFile = v.parse(tombstoneFile, answer.json());
  expect(file.tombstone).toMatchObject({ package: id, sealed: { sha256 }, case: { id: caseId }, ...reason });
  const bytes = toUtf8(canonicalJson(file.tombstone));
  const leaf = leafBytes({ type: 'evidence-deletion/v1', tombstone: sha256Hex(bytes) });
  await verifyTlogProof(nodePorts, file.proof, leaf, { logKeys: [service.log.vkey] });
  const [der] = parsePem(file.certificate, 'CERTIFICATE');
  const signed = {
    algorithm: service.trust.signer.algorithm,
    publicKey: parseCertificate(der!).publicKey,
    data: bytes,
    signature: fromBase64(file.signature),
  };
  expect(await nodePorts.verifySignature(signed)).toBe(true);

  expect(await readdir(service.intake.folders.packages)).not.toContain(id);
  expect((await handler.send('GET', `/packages/${id}`)).json()).toMatchObject({ state: 'deleted', sha256 });
  for (const name of ['package', 'certificate', 'bundle'])
    expect(codeOf(await handler.send('GET', `/packages/${id}/${name}`))).toBe('PACKAGE_DELETED');
  expect((await handler.send('GET', `/packages/${id}/tombstone`)).json()).toEqual(file);
  expect(codeOf(await confirm(administrator))).toBe('PACKAGE_DELETED');
  const row = await service.intake.store.packages.get(id);
  expect(row).toMatchObject({ url: null, title: null });
  const custody = (await handler.send('GET', `/packages/${id}/custody`)).json();
  const actions = custody.entries.map(({ action }: { action: string }) => action);
  for (const action of ['deletion-request', 'deletion-withdraw', 'deletion-confirm'])
    expect(actions).toContain(action);
});

test('what a crash or a log that is away interrupts is taken up again', async () => {
  const { id, sha256 } = await sealed(await caseUntil(dayIn(-3)));
  await handler.send('POST', `/packages/${id}/deletion`, reason);
  const { intake } = service;
  service.disk.free = 0;
  const answer = await administrator.send('POST', `/packages/${id}/deletion/confirmation`, { sha256 });
  expect(codeOf(answer)).toBe('DISK_FULL');
  service.disk.free = Number.POSITIVE_INFINITY;
  expect((await intake.store.packages.get(id))?.state).toBe('deleted');
  expect(codeOf(await handler.send('GET', `/packages/${id}/package`))).toBe('PACKAGE_DELETED');
  expect(codeOf(await handler.send('GET', `/packages/${id}/tombstone`))).toBe('PACKAGE_NOT_DELETED');
  await deleteEvidence(intake);
  expect(await readdir(intake.folders.packages)).not.toContain(id);
  expect((await handler.send('GET', `/packages/${id}/tombstone`)).statusCode).toBe(200);
  expect(await intake.store.deletions.unfinished(5)).toEqual([]);
});
