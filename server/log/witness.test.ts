import { once } from 'node:events';
import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { toBase64 } from '#shared/lib/base64';
import { formatCheckpoint } from '#shared/log/checkpoint';
import { parseNoteSignatures, parseSignedNote } from '#shared/log/signed-note';
import { auditPath, consistencyPath, treeHash } from '#shared/log/testing/toy-tree';
import { verifyTlogProof } from '#shared/log/verify-tlog-proof';
import { nodePorts } from '../store/node-ports.ts';
import { parseAddCheckpoint } from './add-checkpoint.ts';
import { createEd25519Key, type Ed25519Key } from './ed25519-key.ts';
import { type LogSigner, logSigner } from './log-signer.ts';
import { openCosigner } from './open-cosigner.ts';
import { checkTestLog, openTestLog, temporaryFolder, testLeaf, testOrigin } from './testing/test-log.ts';
import { startTestWitness, type TestWitness } from './testing/test-witness.ts';

let dir: string;
let remove: () => Promise<void>;
let key: Ed25519Key;
let signer: LogSigner;
const started: { close(): Promise<void> }[] = [];
beforeEach(async () => {
  ({ dir, remove } = await temporaryFolder());
  key = await createEd25519Key(join(dir, 'log.key'));
  signer = logSigner(testOrigin, key);
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((one) => one.close()));
  await remove();
});

async function start(name?: string, folder = 'witness'): Promise<TestWitness> {
  const witness = await startTestWitness(join(dir, folder), [signer.vkey], name);
  started.push(witness);
  return witness;
}

const leaves = Array.from({ length: 12 }, (_, n) => testLeaf(n));
const forked = [...leaves.slice(0, 5), testLeaf('other'), ...leaves.slice(6)];

function note(tree: readonly Uint8Array[], by = signer, origin = testOrigin): string {
  const text = formatCheckpoint({ origin, size: BigInt(tree.length), root: treeHash(tree), extensions: [] });
  const { name, id, signature } = by.sign(text);
  return `${text}\n— ${name} ${toBase64(Buffer.concat([id, signature]))}\n`;
}

function body(old: number, proof: readonly Uint8Array[], checkpoint: string): string {
  return `old ${old}\n${proof.map((hash) => `${toBase64(hash)}\n`).join('')}\n${checkpoint}`;
}

async function post(witness: TestWitness, text: string | Uint8Array<ArrayBuffer>) {
  const response = await fetch(`${witness.url}/add-checkpoint`, { method: 'POST', body: text });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}

const grow = (from: number, to: number, tree = leaves) =>
  body(from, consistencyPath(from, tree.slice(0, to)), note(tree.slice(0, to)));

test('cosigns what continues, in the words of C2SP tlog-witness', async () => {
  const witness = await start();
  const first = await post(witness, body(0, [], note(leaves.slice(0, 5))));
  expect(first.status).toBe(200);
  expect(parseNoteSignatures(first.text)).toMatchObject([{ name: 'notary.example/w1' }]);
  expect(await post(witness, grow(5, 8))).toMatchObject({ status: 200 });
  expect(await post(witness, body(8, [], note(leaves.slice(0, 8))))).toMatchObject({ status: 200 });

  const proof = `c2sp.org/tlog-proof@v1\nindex 3\n${auditPath(3, leaves.slice(0, 5))
    .map((hash) => `${toBase64(hash)}\n`)
    .join('')}\n${note(leaves.slice(0, 5))}${first.text}`;
  const trust = { logKeys: [signer.vkey], witnessKeys: [witness.vkey], threshold: 1 };
  expect((await verifyTlogProof(nodePorts, proof, leaves[3]!, trust)).cosigners).toMatchObject([
    { name: 'notary.example/w1' },
  ]);
});

test('refuses with the statuses of C2SP tlog-witness', async () => {
  const witness = await start();
  expect(await post(witness, grow(5, 8))).toEqual({ status: 409, type: 'text/x.tlog.size', text: '0\n' });
  await post(witness, body(0, [], note(leaves.slice(0, 5))));
  expect(await post(witness, grow(4, 8))).toEqual({ status: 409, type: 'text/x.tlog.size', text: '5\n' });
  expect(await post(witness, body(6, [], note(leaves.slice(0, 5))))).toMatchObject({ status: 400 });
  const bent = consistencyPath(5, leaves.slice(0, 8)).map((hash, n) =>
    n === 0 ? hash.map((b) => b ^ 1) : hash,
  );
  expect(await post(witness, body(5, bent, note(leaves.slice(0, 8))))).toMatchObject({ status: 422 });
  expect(await post(witness, body(5, [], note(leaves.slice(0, 8))))).toMatchObject({ status: 422 });
  expect(await post(witness, body(5, [treeHash(leaves)], note(leaves.slice(0, 5))))).toMatchObject({
    status: 422,
  });

  const stranger = logSigner(testOrigin, await createEd25519Key(join(dir, 'stranger.key')));
  expect(await post(witness, body(5, [], note(leaves.slice(0, 8), stranger)))).toMatchObject({ status: 403 });
  const elsewhere = logSigner('elsewhere.example', key);
  expect(await post(witness, body(0, [], note(leaves, elsewhere, 'elsewhere.example')))).toMatchObject({
    status: 404,
  });
  expect(await post(witness, new Uint8Array(65 << 10))).toMatchObject({ status: 413 });
  const get = await fetch(`${witness.url}/add-checkpoint`);
  expect(get.status).toBe(405);
  expect((await fetch(`${witness.url}/`)).status).toBe(404);
  // None of this changed what it remembers.
  expect(await post(witness, grow(5, 8))).toMatchObject({ status: 200 });
});

test('malformed bodies are refused', () => {
  const good = grow(5, 8);
  expect(parseAddCheckpoint(Buffer.from(good))).toMatchObject({ old: 5n });
  for (const bad of [
    '',
    'old 5\n',
    good.replace('old 5', 'old 05'),
    good.replace('old 5', 'old -5'),
    good.replace('old 5', 'Old 5'),
    good.replace('old 5\n', 'old 5\r\n'),
    good.replace('old 5\n', 'old 5\nAAAA\n'),
    good.replace('old 5\n', `old 5\n${`${toBase64(new Uint8Array(32))}\n`.repeat(64)}`),
    good.slice(0, -1),
  ])
    expect(() => parseAddCheckpoint(Buffer.from(bad)), bad.slice(0, 40)).toThrowError(
      expect.objectContaining({ code: expect.stringMatching(/^(PROOF|NOTE)_MALFORMED$/) }),
    );
  expect(() => parseAddCheckpoint(Buffer.of(0xff, 0xfe))).toThrowError(
    expect.objectContaining({ code: 'PROOF_MALFORMED' }),
  );
});

test('a witness that saw checkpoint n refuses a forked n and a forked n + 1, also after a restart', async () => {
  const witness = await start();
  await post(witness, body(0, [], note(leaves.slice(0, 8))));
  await started.pop()?.close();
  const again = await start();
  expect(again.vkey).toBe(witness.vkey);
  expect(await post(again, body(8, [], note(forked.slice(0, 8))))).toMatchObject({
    status: 409,
    type: 'text/plain; charset=utf-8',
  });
  expect(await post(again, grow(8, 9, forked))).toMatchObject({ status: 422 });
  expect(await post(again, body(0, [], note(forked.slice(0, 9))))).toMatchObject({
    status: 409,
    text: '8\n',
  });
  expect(await readdir(join(dir, 'witness', 'refused'))).toHaveLength(2);
  expect(await post(again, grow(8, 9))).toMatchObject({ status: 200 });
});

test('a witness whose memory is damaged signs nothing', async () => {
  const folder = join(dir, 'witness');
  const options = { name: 'w', logKeys: [signer.vkey], now: () => new Date() };
  const first = await openCosigner(folder, options);
  await first.cosigner.addCheckpoint(Buffer.from(body(0, [], note(leaves.slice(0, 5)))));
  await expect(openCosigner(folder, options)).rejects.toMatchObject({ code: 'DATA_DIR_IN_USE' });
  await first.close();
  const [name] = await readdir(join(folder, 'logs'));
  await writeFile(join(folder, 'logs', name!), '');
  const second = await openCosigner(folder, options);
  await expect(second.cosigner.addCheckpoint(Buffer.from(grow(5, 8)))).rejects.toMatchObject({
    code: 'LOG_CORRUPT',
  });
  await second.close();
  await expect(openCosigner(folder, { ...options, logKeys: [first.cosigner.vkey] })).rejects.toMatchObject({
    code: 'KEY_MALFORMED',
  });
});

test('requests at the same time are judged one after another', async () => {
  const witness = await start();
  await post(witness, body(0, [], note(leaves.slice(0, 5))));
  const answers = await Promise.all([6, 7, 8, 9, 10].map((to) => post(witness, grow(5, to))));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(4);
});

test('a log with witnesses: proofs and checkpoint carry the cosignatures', async () => {
  const witnesses = [await start(), await start('court.example/w2', 'second')];
  const log = await openTestLog(dir, { witnesses, threshold: 2 });
  const appended = await Promise.all(leaves.map((leaf) => log.append(leaf)));
  const trust = { logKeys: [log.vkey], witnessKeys: witnesses.map(({ vkey }) => vkey), threshold: 2 };
  for (const [n, { proof }] of appended.entries()) {
    const verified = await verifyTlogProof(nodePorts, proof, leaves[n]!, trust);
    expect(verified.cosigners.map(({ name }) => name)).toEqual(['notary.example/w1', 'court.example/w2']);
    expect(verified.unknown).toEqual([]);
  }
  expect(parseSignedNote(log.checkpoint()).signatures).toHaveLength(3);
  await log.close();
  const reopened = await openTestLog(dir, { witnesses, threshold: 2 });
  await reopened.append(testLeaf('later'));
  await reopened.close();
  expect((await checkTestLog(dir, log.vkey, { trust })).cosigners).toHaveLength(2);
  await expect(openTestLog(dir, { witnesses, threshold: 3 })).rejects.toMatchObject({
    code: 'TOO_FEW_WITNESSES',
  });
});

test('without a threshold a missing witness costs its cosignature only', async () => {
  const witness = await start();
  await started.pop()?.close();
  const failures: string[] = [];
  const log = await openTestLog(dir, {
    witnesses: [witness],
    onWitnessFailure: ({ code, entry }) => failures.push(`${code} ${entry}`),
  });
  const { proof } = await log.append(leaves[0]!);
  expect(await verifyTlogProof(nodePorts, proof, leaves[0]!, { logKeys: [log.vkey] })).toMatchObject({
    cosigners: [],
  });
  expect(failures).toEqual(['WITNESS_UNREACHABLE notary.example/w1']);
  await log.close();
});

test('a silent witness is not waited for beyond the time-out', async () => {
  const silent = createServer(() => {});
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  const { vkey } = await start();
  const log = await openTestLog(dir, {
    witnesses: [{ url: `http://127.0.0.1:${port}`, vkey }],
    witnessTimeoutMs: 100,
  });
  const began = performance.now();
  await log.append(leaves[0]!);
  expect(performance.now() - began).toBeLessThan(5_000);
  await log.close();
  silent.close();
  silent.closeAllConnections();
});

test('too few cosignatures hold the acknowledgement back until the witness is there again', async () => {
  const witness = await start();
  await started.pop()?.close();
  const options = { witnesses: [witness], threshold: 1, patienceMs: 300 };
  const log = await openTestLog(dir, options);
  const empty = log.checkpoint();
  await expect(log.append(leaves[0]!)).rejects.toMatchObject({ code: 'WITNESSES_UNAVAILABLE', entry: '0' });
  const waiting = log.append(leaves[1]!);
  const closed = expect(waiting).rejects.toMatchObject({ code: 'LOG_CLOSED' });
  await log.close();
  await closed;
  expect(log.checkpoint()).toBe(empty);

  const back = await start();
  const reopened = await openTestLog(dir, { ...options, witnesses: [back], patienceMs: 10_000 });
  // What was staged without cosignature is published now; nothing was lost.
  const { index, proof } = await reopened.append(leaves[2]!);
  expect(index).toBe(2n);
  const trust = { logKeys: [reopened.vkey], witnessKeys: [back.vkey], threshold: 1 };
  await verifyTlogProof(nodePorts, proof, leaves[2]!, trust);
  await verifyTlogProof(nodePorts, await reopened.prove(0n), leaves[0]!, trust);
  await reopened.close();
});

test('a log restored from an old copy is told by its witness, and acknowledges nothing', async () => {
  const witness = await start();
  const options = { witnesses: [witness], threshold: 1, patienceMs: 100 };
  const log = await openTestLog(dir, options);
  await log.append(leaves[0]!);
  await log.close();
  await cp(join(dir, 'public'), join(dir, 'old'), { recursive: true, preserveTimestamps: true });
  const newer = await openTestLog(dir, options);
  await newer.append(leaves[1]!);
  await newer.append(leaves[2]!);
  await newer.close();
  await rm(join(dir, 'public'), { recursive: true });
  await cp(join(dir, 'old'), join(dir, 'public'), { recursive: true, preserveTimestamps: true });
  const failures: string[] = [];
  const restored = await openTestLog(dir, {
    ...options,
    onWitnessFailure: ({ code }) => failures.push(code),
  });
  await expect(restored.append(testLeaf('fork'))).rejects.toMatchObject({ code: 'WITNESSES_UNAVAILABLE' });
  expect(failures).toContain('WITNESS_AHEAD');
  await restored.close();
  expect(await readFile(join(dir, 'public', 'checkpoint'), 'utf8')).toContain('\n1\n');
});

test('a witness that answers rubbish or another’s signature is not believed', async () => {
  const honest = await start();
  const line = (await post(honest, body(0, [], note(leaves)))).text;
  for (const [status, answer] of [
    [200, ''],
    [200, 'rubbish\n'],
    [200, line],
    [409, 'no size\n'],
    [500, ''],
  ] as const) {
    const liar = createServer((_, response) => {
      response.writeHead(status, { 'content-type': 'text/x.tlog.size' }).end(answer);
    });
    liar.listen(0, '127.0.0.1');
    await once(liar, 'listening');
    const { port } = liar.address() as AddressInfo;
    const failures: string[] = [];
    const log = await openTestLog(join(dir, `log-${status}-${answer.length}`), {
      witnesses: [{ url: `http://127.0.0.1:${port}`, vkey: honest.vkey }],
      onWitnessFailure: ({ code }) => failures.push(code),
    });
    const { proof } = await log.append(leaves[0]!);
    expect(failures).toHaveLength(1);
    expect(proof).not.toContain('notary.example');
    await log.close();
    liar.close();
    liar.closeAllConnections();
  }
});
