import * as v from 'valibot';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type AuditEntry, verifyAuditTrail } from '#shared/api/audit-entry';
import {
  auditAnswer,
  caseDetailAnswer,
  correctionFile,
  correctionsAnswer,
  custodyAnswer,
} from '#shared/api/cases';
import { casesAnswer, packagesAnswer } from '#shared/api/schemas';
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
import { nodePorts } from '../store/node-ports.ts';
import { openTestApp, type TestApp } from './testing/open-test-app.ts';
import { addOrganisation, addUser, type Browser, browserOf } from './testing/people.ts';

let service: TestApp;
let client: DeviceClient;
let officer: Browser;
let handler: Browser;
beforeAll(async () => {
  service = await openTestApp();
  client = createDeviceClient(await service.listen());
  await client.pair(await service.pairingCode());
  await client.signIn();
  officer = await browserOf(service, await addUser(service, 'investigator'));
  handler = await browserOf(service, await addUser(service, 'case-handler'));
});
afterAll(() => service.close());

const codeOf = (answer: { json(): unknown }) => (answer.json() as { error?: { code: string } }).error?.code;
const makeCase = async (number: string, by = officer): Promise<string> =>
  (await by.send('POST', '/cases', { number, title: '假冒' })).json().id;
let made = 0;

/** A package that is accepted and sealed as far as the database knows, with one file in its folder. */
async function sealedPackage(url: string, caseId: string | null = null, at = Date.now()): Promise<string> {
  made += 1;
  const { store } = service.intake;
  const sha256 = sha256Hex(toUtf8(`bundle ${made}`));
  const id = packageId(sha256);
  const device = client.device.id;
  await store.packages.receive({ id, device, sha256, bytes: 1, upload: `u${made}`, receivedAt: at });
  const found = { caseId, requestedUrl: url, finalUrl: url, title: '页面', capturedAt: at };
  await store.verdicts.accept({
    package: id,
    device,
    capture: `CAP-${device}-${made}`,
    sequence: made,
    journal: sha256,
    challenge: null,
    closing: { device, seq: made, hash: sha256 },
    defects: [],
    found,
  });
  const sealed = { sealLeaf: sha256, sealedAt: at, sealedBytes: 1, sealedSha256: sha256Hex(toUtf8(id)) };
  const receipt = {
    receipt: {
      version: 1,
      package: id,
      capture: null,
      bundle: { sha256: '0'.repeat(64), bytes: 1 },
      verdict: 'accepted',
      refusal: null,
      receivedAt: new Date().toISOString(),
      defects: [],
    },
    signature: '',
    certificate: '',
    proof: '',
  };
  await store.packages.setReceipt(id, JSON.stringify(receipt), 'sealing');
  await store.packages.setSealed(id, sealed);
  return id;
}
const search = async (query: string, by = officer) => {
  const answer = await by.send('GET', `/packages${query}`);
  return v.parse(packagesAnswer, answer.json()).packages.map(({ id }) => id);
};

test('a case keeps what the rules ask for; who changes an old version is refused', async () => {
  const fields = {
    number: '沪市监案〔2026〕7号',
    title: '假冒',
    cause: '销售侵权商品',
    source: '投诉举报',
    legalBasis: '商标法第五十七条',
    category: { scheme: '网剑行动', code: '03' },
    operators: [{ name: '张三', certificate: '沪 1' }],
    retainUntil: '2036-01-01',
  };
  const { id } = (await officer.send('POST', '/cases', fields)).json();
  const read = async () => v.parse(caseDetailAnswer, (await officer.send('GET', `/cases/${id}`)).json());
  expect(await read()).toMatchObject({ ...fields, version: 1, offices: [] });
  const change = (payload: object) => officer.send('PATCH', `/cases/${id}`, payload);
  const outcomes = await Promise.all([
    change({ version: 1, cause: '甲' }),
    change({ version: 1, cause: '乙', operators: [] }),
  ]);
  expect(outcomes.map(({ statusCode }) => statusCode).sort()).toEqual([200, 409]);
  expect(await read()).toMatchObject({ version: 2, legalBasis: fields.legalBasis });
  expect(codeOf(await change({ version: 1, cause: '丙' }))).toBe('CASE_VERSION_STALE');
  await makeCase('taken');
  expect(codeOf(await change({ version: 2, number: 'taken' }))).toBe('CASE_NUMBER_TAKEN');
  expect(codeOf(await change({ version: 2, retainUntil: 'soon' }))).toBe('REQUEST_MALFORMED');
  expect((await change({ version: 2, category: null })).json()).toMatchObject({ category: null, version: 3 });
});

test('cases page by number, and by time, within one organisation', async () => {
  for (let n = 0; n < 5; n++) await makeCase(`京-${n}`);
  const other = await addUser(service, 'investigator', await addOrganisation(service));
  const foreign = await browserOf(service, other);
  const theirs = await makeCase('京-3', foreign);
  const seen: string[] = [];
  let after = '';
  do {
    const query = `/cases?number=${encodeURIComponent('京-')}&limit=2${after}`;
    const page = v.parse(casesAnswer, (await officer.send('GET', query)).json());
    seen.push(...page.cases.map(({ number }) => number));
    after = page.next === null ? '' : `&after=${page.next}`;
  } while (after !== '');
  expect(seen).toEqual(['京-0', '京-1', '京-2', '京-3', '京-4']);
  const own = v.parse(casesAnswer, (await foreign.send('GET', '/cases')).json()).cases;
  expect(own.map(({ id }) => id)).toEqual([theirs]);
  expect((await officer.send('GET', `/cases/${theirs}`)).statusCode).toBe(404);
});

test('packages are found by URL, host, hash, capture, case, number and time, all at once, a page at a time', async () => {
  const caseId = await makeCase('search-1');
  const shop = 'https://Shop1.market.example/item/42?spm=1#top';
  const one = await sealedPackage(shop, caseId, 1_000);
  const two = await sealedPackage('http://shop2.market.example/item/42/', null, 2_000);
  const three = await sealedPackage('https://market.example/', null, 3_000);
  for (const query of [
    '?url=https://shop1.market.example/item/42?spm=1',
    '?url=shop1.market.example/item/42',
    '?url=shop1.market.example/item/',
    '?host=SHOP1.market.example',
    `?hash=${sha256Hex(toUtf8(one))}`,
    `?case=${caseId}`,
    '?number=search-1&host=market.example',
    '?host=market.example&until=1970-01-01T00:00:01.500Z',
  ])
    expect(await search(query.replace('42?spm=1', '42%3Fspm=1')), query).toEqual([one]);
  expect(await search('?host=market.example')).toEqual([three, two, one]);
  expect(await search('?host=market.example&case=none')).toEqual([three, two]);
  expect(await search('?host=market.example&from=1970-01-01T00:00:02Z')).toEqual([three, two]);
  expect(await search('?host=example')).toEqual([]);
  expect(await search('?host=arket.example')).toEqual([]);
  expect(await search('?number=no-such-number')).toEqual([]);
  expect(await search(`?url=shop1.market.example/item/42&host=shop2.market.example`)).toEqual([]);
  const first = v.parse(
    packagesAnswer,
    (await officer.send('GET', '/packages?host=market.example&limit=2')).json(),
  );
  expect(await search(`?host=market.example&limit=2&after=${first.next}`)).toEqual([one]);
  const foreign = await addUser(service, 'investigator', await addOrganisation(service));
  for (const query of ['', '?host=market.example', `?case=${caseId}`])
    expect(await search(query, await browserOf(service, foreign)), query).toEqual([]);
});

test('after the seal a package changes its case by a signed, logged correction record only', async () => {
  const [from, to] = [await makeCase('from'), await makeCase('to')];
  const id = await sealedPackage('https://a.example/', from);
  const assign = (target: string | null, by = officer) =>
    by.send('POST', `/packages/${id}/case`, { case: target, reason: '并案' });
  const file = v.parse(correctionFile, (await assign(to)).json());
  expect(file.correction).toMatchObject({
    package: id,
    sealed: sha256Hex(toUtf8(id)),
    from: { id: from, number: 'from' },
    to: { id: to, number: 'to' },
    reason: '并案',
  });
  const bytes = toUtf8(canonicalJson(file.correction));
  const [der] = parsePem(file.certificate, 'CERTIFICATE');
  const signed = {
    algorithm: service.trust.signer.algorithm,
    publicKey: parseCertificate(der!).publicKey,
    data: bytes,
    signature: fromBase64(file.signature),
  };
  expect(await nodePorts.verifySignature(signed)).toBe(true);
  const leaf = leafBytes({ type: 'evidence-correction/v1', correction: sha256Hex(bytes) });
  await verifyTlogProof(nodePorts, file.proof, leaf, { logKeys: [service.log.vkey] });
  expect(await search(`?case=${to}`)).toEqual([id]);
  expect(await search(`?case=${from}`)).toEqual([]);
  expect(codeOf(await assign(to))).toBe('CASE_UNCHANGED');
  expect((await assign(null)).statusCode).toBe(201);
  expect(await search('?case=none&host=a.example')).toEqual([id]);
  const foreign = await addUser(service, 'investigator', await addOrganisation(service));
  const elsewhere = await makeCase('elsewhere', await browserOf(service, foreign));
  expect(codeOf(await assign(elsewhere))).toBe('CASE_UNKNOWN');
  const listed = await officer.send('GET', `/packages/${id}/corrections`);
  expect(v.parse(correctionsAnswer, listed.json()).corrections).toHaveLength(2);
  const unsealed = {
    id: 'EVD-BBBBBBBBBBBBBBBB',
    sha256: 'b'.repeat(64),
    bytes: 1,
    upload: 'x',
    receivedAt: 1,
  };
  await service.intake.store.packages.receive({ ...unsealed, device: client.device.id });
  const early = await officer.send('POST', `/packages/${unsealed.id}/case`, { case: to, reason: 'x' });
  expect(codeOf(early)).toBe('PACKAGE_NOT_SEALED');
});

test('a notary sees what is shared with the office, for as long as it is', async () => {
  const office = await addOrganisation(service, 'notary-office');
  const notary = await browserOf(service, await addUser(service, 'notary', office));
  const caseId = await makeCase('shared');
  const [inside, outside] = [
    await sealedPackage('https://in.example/', caseId),
    await sealedPackage('https://in.example/'),
  ];
  expect(await search('?host=in.example', notary)).toEqual([]);
  const path = `/cases/${caseId}/offices/${office}`;
  expect(codeOf(await officer.send('PUT', path))).toBe('ROLE_FORBIDDEN');
  expect(codeOf(await handler.send('PUT', `/cases/${caseId}/offices/operator`))).toBe('OFFICE_UNKNOWN');
  expect((await handler.send('PUT', path)).statusCode).toBe(204);
  expect(await search('', notary)).toEqual([inside]);
  expect(await search('?host=in.example', notary)).toEqual([inside]);
  expect((await notary.send('GET', `/packages/${outside}`)).statusCode).toBe(404);
  expect((await notary.send('GET', `/packages/${inside}/receipt?purpose=公证`)).statusCode).toBe(200);
  const cases = v.parse(casesAnswer, (await notary.send('GET', '/cases')).json()).cases;
  expect(cases.map(({ number }) => number)).toEqual(['shared']);
  expect((await notary.send('GET', `/cases/${caseId}`)).json().offices).toEqual([office]);
  expect(codeOf(await notary.send('PATCH', `/cases/${caseId}`, { version: 1 }))).toBe('ROLE_FORBIDDEN');
  const custody = await officer.send('GET', `/packages/${inside}/custody`);
  const { entries } = v.parse(custodyAnswer, custody.json());
  expect(entries.map(({ action }) => action)).toEqual(['receipt-download', 'custody-view']);
  expect(entries[0]).toMatchObject({
    organisation: 'operator',
    actor: { role: 'notary', organisation: office },
    detail: { purpose: '公证' },
  });
  await handler.send('DELETE', path);
  expect(await search('', notary)).toEqual([]);
  expect((await notary.send('GET', `/packages/${inside}`)).statusCode).toBe(404);
});

test('the trail is exported whole, verifies, and shows every alteration', async () => {
  const organisation = await addOrganisation(service);
  const auditor = await browserOf(service, await addUser(service, 'auditor', organisation));
  const theirs = await browserOf(service, await addUser(service, 'investigator', organisation));
  for (const number of ['a', 'b', 'c']) await makeCase(number, theirs);
  await theirs.send('GET', '/packages');
  const page = v.parse(auditAnswer, (await auditor.send('GET', '/audit?limit=2')).json());
  expect(page.entries.map(({ action }) => action)).toEqual(['audit-view', 'package-list']);
  const older = v.parse(
    auditAnswer,
    (await auditor.send('GET', `/audit?before=${page.next}&limit=9`)).json(),
  );
  expect(older.entries.map(({ action }) => action)).toEqual(['case-add', 'case-add', 'case-add']);
  expect(codeOf(await theirs.send('GET', '/audit/export'))).toBe('ROLE_FORBIDDEN');

  const answer = await auditor.send('GET', '/audit/export');
  expect(answer.headers['content-type']).toContain('application/x-ndjson');
  const text = answer.body;
  const lines = text.trimEnd().split('\n');
  expect(verifyAuditTrail(text)).toEqual({ entries: 7, head: JSON.parse(lines.at(-1)!).hash });
  expect(verifyAuditTrail('').entries).toBe(0);
  const broken = (change: (all: string[]) => string[]) => () =>
    verifyAuditTrail(
      change([...lines])
        .map((line) => `${line}\n`)
        .join(''),
    );
  const code = (value: string) => expect.objectContaining({ code: value });
  expect(broken((all) => all.toSpliced(2, 1))).toThrow(code('CHAIN_BROKEN'));
  expect(broken((all) => all.slice(1))).toThrow(code('CHAIN_BROKEN'));
  expect(broken((all) => all.with(1, all[0]!))).toThrow(code('CHAIN_BROKEN'));
  expect(broken((all) => all.with(1, all[1]!.replace('case-add', 'case-view')))).toThrow(code('HASH_WRONG'));
  expect(broken((all) => all.with(1, all[1]!.replace('{', '{ ')))).toThrow(code('LINE_MALFORMED'));
  expect(broken((all) => all.with(1, '{'))).toThrow(code('LINE_MALFORMED'));
  expect(() => verifyAuditTrail(text.slice(0, -5))).toThrow(code('LINE_MALFORMED'));

  const system = { authorization: `Bearer ${service.adminToken}` };
  const whole = await service.app.inject({ url: '/api/v1/audit/export', headers: system });
  const entries = whole.body
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditEntry);
  expect(verifyAuditTrail(whole.body).entries).toBe(entries.length);
  expect(entries.some(({ action, actor }) => action === 'device-pair' && actor.id === client.device.id)).toBe(
    true,
  );
});

test('entries made at once form one chain', async () => {
  const organisation = await addOrganisation(service);
  const browser = await browserOf(service, await addUser(service, 'auditor', organisation));
  await Promise.all(Array.from({ length: 20 }, () => browser.send('GET', '/cases')));
  expect(verifyAuditTrail((await browser.send('GET', '/audit/export')).body).entries).toBe(21);
});

test('an answer whose entry cannot be written does not leave', async () => {
  const id = await sealedPackage('https://b.example/');
  const { auditTrail } = service.intake.store;
  const { append } = auditTrail;
  Object.assign(auditTrail, { append: () => Promise.reject(new Error('disk')) });
  const answer = await officer.send('GET', `/packages/${id}/receipt`);
  Object.assign(auditTrail, { append });
  expect(answer.statusCode).toBe(500);
  expect(answer.body).not.toContain('receipt');
});
