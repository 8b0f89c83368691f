import { createHash } from 'node:crypto';
import JSZip from 'jszip';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JournalLine } from '#shared/journal/entry';
import { bytesSource } from '#shared/lib/bytes-source';
import { canonicalJson } from '#shared/lib/canonical-json';
import type { ByteSource } from '#shared/lib/port';
import { sha256Hex } from '#shared/lib/sha256';
import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { nodePorts } from '../../server/store/node-ports.ts';
import {
  buildTestBundle,
  type StoredFile,
  type TestBundleMutation,
  type TestBundleOptions,
} from '../../test/fixtures/build-test-bundle.ts';
import { openTestAnchorService, type TestAnchorService } from '../../test/fixtures/test-anchor-service.ts';
import { createTestDevice } from '../../test/fixtures/test-device.ts';
import { testPng } from '../../test/fixtures/test-png.ts';
import { BundleError } from './bundle-error.ts';
import { canonicalFile } from './canonical-file.ts';
import { type VerifiedBundle, verifyBundle } from './verify-bundle.ts';

const MINUTE = 60_000;
let service: TestAnchorService;
beforeAll(async () => {
  service = await openTestAnchorService();
});
afterAll(() => service.close());

/** A bundle with challenge and anchor, both at the device's time unless shifted by minutes. */
async function anchored(
  options: TestBundleOptions = {},
  minutes: { challenge?: number; anchor?: number } = {},
) {
  const device = options.device ?? createTestDevice();
  const at = (shift = 0) => {
    service.now = device.clock + shift * MINUTE;
  };
  return buildTestBundle({
    device,
    challenge: (needs) => {
      at(minutes.challenge);
      return service.challenge(needs);
    },
    anchor: (digest) => {
      at(minutes.anchor);
      return service.anchorFor(device)(digest);
    },
    ...options,
  });
}

async function verify(bytes: Uint8Array): Promise<VerifiedBundle> {
  return verifyBundle(bytesSource(bytes), nodePorts);
}

/** `CODE entry` of the refusal. */
async function refusal(bytes: Uint8Array): Promise<string> {
  try {
    await verify(bytes);
    return 'accepted';
  } catch (error) {
    if (error instanceof BundleError) return `${error.code} ${error.entry}`;
    throw error;
  }
}

describe('accepts', () => {
  test('a bundle with challenge and anchor, without a defect', async () => {
    const { bytes, record, device } = await anchored();
    const verified = await verify(bytes);
    expect(verified.defects).toEqual([]);
    expect(verified.record).toEqual(record);
    expect(verified.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(verified.bytes).toBe(bytes.length);
    expect(verified.challenge?.challenge.nonce).toBe(record.challenge);
    expect(verified.challengeTime).toBeLessThanOrEqual(verified.anchorTime!);
    expect(Math.abs(verified.anchorTime! - record.closedAt)).toBeLessThan(2000);
    expect(verified.devicePublicKey).toEqual(device.publicKey);
    expect(verified.journal.at(-1)).toMatchObject({ event: 'capture-closed' });
  });

  test('one without challenge and anchor, and says so', async () => {
    const { bytes } = await buildTestBundle();
    expect((await verify(bytes)).defects).toEqual(['no-challenge', 'no-anchor']);
  });

  test('a device that goes on, with entries of other captures shown by their hash alone', async () => {
    const device = createTestDevice();
    await anchored({ device });
    const { bytes, captureId } = await anchored({ device, foreignEntries: 2, payload: 100_000 });
    expect(captureId).toMatch(/-2$/);
    const { journal, record, defects } = await verify(bytes);
    expect(defects).toEqual([]);
    expect(journal[0]!.seq).toBeGreaterThan(10);
    expect(journal.filter((line) => line.detail === undefined)).toHaveLength(2);
    expect(record.notCaptured).toMatchObject([{ what: 'resource', reason: 'http-status' }]);
  });

  test.each([
    ['challenge-stale', { challenge: -61, anchor: 0 }],
    ['device-clock-differs', { challenge: 5, anchor: 6 }],
    ['device-clock-differs', { challenge: -10, anchor: -5 }],
  ] as const)('and marks %s', async (defect, minutes) => {
    const { bytes } = await anchored({}, minutes);
    expect((await verify(bytes)).defects).toEqual([defect]);
  });

  test('an anchor without its log proof, marked', async () => {
    const { bytes } = await anchored({
      anchor: async (digest) =>
        ({ token: (await service.anchorFor(createTestDevice())(digest)).token }) as never,
    });
    expect((await verify(bytes)).defects).toContain('no-anchor-proof');
  });
});

test('digests of the whole file come with it, by the source itself where it offers that', async () => {
  const { bytes } = await buildTestBundle({ payload: 5_000_000 });
  const whole = { sha256: sha256Hex(bytes), crc32: nodePorts.crc32(bytes), bytes: bytes.length };
  expect(await verifyBundle(bytesSource(bytes), nodePorts)).toMatchObject(whole);
  const asked: string[] = [];
  const hashing: ByteSource = {
    ...bytesSource(bytes),
    async digest(offset, length) {
      asked.push(`${offset}+${length}`);
      const range = bytes.subarray(offset, offset + length);
      return { sha256: await nodePorts.sha256(range), crc32: nodePorts.crc32(range) };
    },
  };
  expect(await verifyBundle(hashing, nodePorts)).toMatchObject(whole);
  // The file, and the one large member in it: the WARC.
  expect(asked).toHaveLength(2);
  expect(asked[0]).toBe(`0+${bytes.length}`);
});

describe('refuses', () => {
  const artefact = (path: string, content: Uint8Array): StoredFile => ({
    path,
    content,
    mediaType: 'image/png',
    bytes: content.length,
    sha256: sha256Hex(content),
  });
  const replaced = (
    entries: { path: string; bytes: Uint8Array }[],
    path: string,
    bytes: (old: Uint8Array) => Uint8Array,
  ) => entries.map((entry) => (entry.path === path ? { path, bytes: bytes(entry.bytes) } : entry));
  const text = (change: (old: string) => string) => (old: Uint8Array) => toUtf8(change(fromUtf8(old)));
  const line = (lines: JournalLine[], event: string) => lines.findIndex((each) => each.event === event);

  const mutations: [string, string, TestBundleMutation][] = [
    [
      'a file stored after the journal was closed',
      'NOT_IN_CHAIN evidence/screenshot-009.png',
      { stored: (files) => [...files, artefact('evidence/screenshot-009.png', testPng(8))] },
    ],
    [
      'a file that replaces the journalled one',
      'CHAIN_MISMATCH evidence/screenshot-001.png',
      {
        stored: (files) =>
          files.map((file) =>
            file.path.endsWith('screenshot-001.png') ? artefact(file.path, testPng(9)) : file,
          ),
      },
    ],
    [
      'a journalled file that is left out',
      'ENTRY_MISSING evidence/screenshot-001.png',
      { stored: (files) => files.filter(({ path }) => !path.endsWith('screenshot-001.png')) },
    ],
    [
      'a record that does not list what was stored',
      'CHAIN_MISMATCH evidence/found-001.png',
      {
        record: (record) => ({
          ...record,
          artefacts: record.artefacts.filter(({ path }) => !path.includes('found-001')),
        }),
      },
    ],
    [
      'a record that lists what was never stored',
      'CHAIN_MISMATCH evidence/screenshot-002.png',
      {
        record: (record) => ({
          ...record,
          artefacts: [
            ...record.artefacts,
            {
              ...record.artefacts.find(({ kind }) => kind === 'screenshot')!,
              path: 'evidence/screenshot-002.png',
            },
          ],
        }),
      },
    ],
    [
      'an artefact under the path of another kind',
      'ARTEFACT_INVALID evidence/found-001.png',
      {
        record: (record) => ({
          ...record,
          artefacts: record.artefacts.map((each) =>
            each.kind === 'found-screenshot' ? { ...each, kind: 'screenshot' } : each,
          ),
        }),
      },
    ],
    [
      'another device in the record',
      'DEVICE_MISMATCH evidence/capture.json',
      { record: (record) => ({ ...record, device: { ...record.device, id: '00000000' } }) },
    ],
    [
      'another mode than the journal says',
      'JOURNAL_MISMATCH evidence/journal.jsonl#seq 3',
      { record: (record) => ({ ...record, mode: 'as-is' }) },
    ],
    [
      'another address than the journal says',
      'JOURNAL_MISMATCH evidence/journal.jsonl#seq 3',
      { record: (record) => ({ ...record, url: { ...record.url, requested: 'http://other/' } }) },
    ],
    [
      'a challenge the bundle does not hold',
      'JOURNAL_MISMATCH evidence/journal.jsonl#seq 3',
      { record: (record) => ({ ...record, challenge: null }) },
    ],
    [
      'a gap in the journal',
      'SEQUENCE_GAP evidence/journal.jsonl#line 4',
      { journal: (lines) => lines.toSpliced(line(lines, 'artefact-stored'), 1) },
    ],
    [
      'a changed journal entry',
      'ENTRY_HASH evidence/journal.jsonl#line 3',
      {
        journal: (lines) =>
          lines.map((each) => (each.event === 'capture-started' ? { ...each, at: each.at + 1 } : each)),
      },
    ],
    [
      'a changed detail',
      'DETAIL_HASH evidence/journal.jsonl#line 1',
      {
        journal: (lines) =>
          lines.map((each) =>
            each.event === 'challenge-requested'
              ? { ...each, detail: { ...each.detail, sequence: 7 } }
              : each,
          ),
      },
    ],
    [
      'a journal cut at its end',
      'JOURNAL_BOUNDS evidence/journal.jsonl',
      { segment: (segment) => segment.replace(/[^\n]*\n$/, '') },
    ],
    [
      'a journal cut at its beginning',
      'JOURNAL_BOUNDS evidence/journal.jsonl',
      { segment: (segment) => segment.replace(/^[^\n]*\n/, '') },
    ],
    [
      'a journal line in another spelling',
      'LINE_MALFORMED evidence/journal.jsonl#line 1',
      { segment: (segment) => ` ${segment}` },
    ],
    [
      'a journal without final line feed',
      'LINE_MALFORMED evidence/journal.jsonl#line 13',
      { segment: (segment) => segment.slice(0, -1) },
    ],
    [
      'a WARC record that was changed',
      'MEMBER_MALFORMED archive/data.warc.gz#record 4 at ',
      {
        warc(bytes) {
          const at = Buffer.from(bytes).indexOf('IHDR');
          const changed = Uint8Array.from(bytes);
          changed[at]! ^= 1;
          return changed;
        },
      },
    ],
    [
      'a WARC cut short',
      'MEMBER_MALFORMED archive/data.warc.gz#record 6',
      { warc: (bytes) => bytes.subarray(0, -3) },
    ],
    [
      'an index that leaves a record out',
      'INDEX_MISMATCH indexes/index.cdx.gz',
      { cdx: (lines) => lines.slice(1) },
    ],
    [
      'a file changed after signing',
      'HASH_MISMATCH evidence/dom-001.html',
      {
        entries: (entries) =>
          replaced(
            entries,
            'evidence/dom-001.html',
            text((old) => old.replace('证据', '伪造')),
          ),
      },
    ],
    [
      'a file that grew after signing',
      'ENTRY_SIZE evidence/dom-001.html',
      {
        entries: (entries) =>
          replaced(
            entries,
            'evidence/dom-001.html',
            text((old) => `${old}!`),
          ),
      },
    ],
    [
      'a changed datapackage',
      'DIGEST_MISMATCH datapackage-digest.json',
      {
        entries: (entries) =>
          replaced(
            entries,
            'datapackage.json',
            text((old) => old.replace('测试页面', '别的页面')),
          ),
      },
    ],
    [
      'a datapackage in another spelling',
      'FILE_MALFORMED datapackage.json',
      {
        entries: (entries) =>
          replaced(
            entries,
            'datapackage.json',
            text((old) => `${old}\n`),
          ),
      },
    ],
    [
      'a datapackage with an unknown field',
      'FILE_MALFORMED datapackage.json#zz',
      {
        entries: (entries) =>
          replaced(
            entries,
            'datapackage.json',
            text((old) => old.replace(/\}\n$/, ',"zz":1}\n')),
          ),
      },
    ],
    [
      'a wrong device signature',
      'DEVICE_SIGNATURE_INVALID datapackage-digest.json',
      {
        entries: (entries) =>
          replaced(
            entries,
            'datapackage-digest.json',
            text((old) =>
              old.replace(/"signature":"(.)/, (_, first) => `"signature":"${first === 'A' ? 'B' : 'A'}`),
            ),
          ),
      },
    ],
    [
      'a file nobody lists',
      'ENTRY_UNLISTED evidence/extra.txt',
      { entries: (entries) => [...entries, { path: 'evidence/extra.txt', bytes: toUtf8('x') }] },
    ],
    [
      'files in another order',
      'ENTRY_UNLISTED evidence/capture.json',
      { entries: (entries) => [...entries.slice(0, 2), ...entries.slice(2).reverse()] },
    ],
    [
      'a datapackage that does not come first',
      'DATAPACKAGE_MISSING datapackage.json',
      { entries: (entries) => entries.toReversed() },
    ],
    [
      'a missing file',
      'ENTRY_MISSING pages/pages.jsonl',
      { entries: (entries) => entries.filter(({ path }) => path !== 'pages/pages.jsonl') },
    ],
  ];
  test.each(mutations)('%s', async (_, expected, mutate) => {
    expect(await refusal((await anchored({ mutate })).bytes)).toContain(expected);
  });

  test('a challenge of another device, number or journal entry', async () => {
    const wrong = (change: Partial<Parameters<TestAnchorService['challenge']>[0]>) =>
      anchored({ challenge: (needs) => service.challenge({ ...needs, ...change }) });
    expect(await refusal((await wrong({ device: '00000000' })).bytes)).toBe(
      'CHALLENGE_MISMATCH evidence/challenge.json',
    );
    expect(await refusal((await wrong({ sequence: 9 })).bytes)).toBe(
      'CHALLENGE_MISMATCH evidence/challenge.json',
    );
    expect(await refusal((await wrong({ journalSeq: 0 })).bytes)).toBe(
      'JOURNAL_BOUNDS evidence/journal.jsonl',
    );
  });

  test('a challenge whose token is over something else, or whose proof is none', async () => {
    const foreign = anchored({
      challenge: async (needs) => {
        const [mine, other] = [await service.challenge(needs), await service.challenge(needs)];
        return { ...mine, token: other.token };
      },
    });
    expect(await refusal((await foreign).bytes)).toBe('TIME_STAMP_INVALID evidence/challenge.json');
    const unproven = anchored({
      challenge: async (needs) => ({ ...(await service.challenge(needs)), proof: 'x' }),
    });
    expect(await refusal((await unproven).bytes)).toBe('PROOF_MALFORMED evidence/challenge.json');
  });

  test('an anchor over another journal, a cut token, a malformed proof', async () => {
    const device = createTestDevice();
    const anchor = service.anchorFor(device);
    const over = (digest: string) => anchor(digest as never);
    const other = await anchored({ anchor: () => over('0'.repeat(64)) });
    expect(await refusal(other.bytes)).toBe('TIME_STAMP_INVALID evidence/journal.jsonl.tsr');
    const cut = await anchored({
      anchor: async (digest) => ({ ...(await over(digest)), token: new Uint8Array(9) }),
    });
    expect(await refusal(cut.bytes)).toBe('TIME_STAMP_INVALID evidence/journal.jsonl.tsr');
    const noProof = await anchored({ anchor: async (digest) => ({ ...(await over(digest)), proof: 'no' }) });
    expect(await refusal(noProof.bytes)).toBe('PROOF_MALFORMED evidence/journal.jsonl.tlog-proof');
  });

  test('an anchor from before the challenge', async () => {
    const { bytes } = await anchored({}, { challenge: 3, anchor: 0 });
    expect(await refusal(bytes)).toBe('ANCHOR_BEFORE_CHALLENGE evidence/journal.jsonl.tsr');
  });

  test('a page list or datapackage that says something else than the record', async () => {
    const resign = (path: string, change: (old: string) => string) =>
      resigned((entries) => replaced(entries, path, text(change)));
    expect(await resign('pages/pages.jsonl', (old) => old.replace('heavy', 'light'))).toBe(
      'DERIVED_MISMATCH pages/pages.jsonl',
    );
    expect(await resign('indexes/index.idx', (old) => `${old}\n`)).toBe('DERIVED_MISMATCH indexes/index.idx');
    expect(await resign('datapackage.json', (old) => old.replace('测试页面', '别的页面'))).toBe(
      'DATAPACKAGE_MISMATCH datapackage.json',
    );
    expect(
      await resign('datapackage.json', (old) =>
        old.replace('"mediatype":"image/png"', '"mediatype":"image/gif"'),
      ),
    ).toBe('DATAPACKAGE_MISMATCH datapackage.json');
  });

  test('a container that is not strict', async () => {
    const { bytes } = await buildTestBundle();
    expect(await refusal(bytes.subarray(0, -1))).toMatch(/^TRUNCATED /);
    const zip = await JSZip.loadAsync(bytes);
    const deflated = await zip.generateAsync({ type: 'uint8array', compression: 'DEFLATE' });
    expect(await refusal(deflated)).toBe('COMPRESSED datapackage.json');
    const streamed = await zip.generateAsync({ type: 'uint8array', streamFiles: true });
    expect(await refusal(streamed)).toBe('DATA_DESCRIPTOR datapackage.json');
  });
});

/** Changes entries, then lists and signs them again: the work of a dishonest device. */
async function resigned(
  change: (entries: { path: string; bytes: Uint8Array }[]) => { path: string; bytes: Uint8Array }[],
): Promise<string> {
  const device = createTestDevice();
  const { bytes } = await anchored({
    device,
    mutate: { entries: (entries) => change(entries) },
  });
  const zip = await JSZip.loadAsync(bytes);
  const read = (path: string) => zip.file(path)!.async('uint8array');
  const datapackage = JSON.parse(fromUtf8(await read('datapackage.json')));
  for (const resource of datapackage.resources) {
    const content = await read(resource.path);
    resource.bytes = content.length;
    resource.hash = `sha256:${sha256Hex(content)}`;
  }
  const described = canonicalFile(datapackage);
  const digest = JSON.parse(fromUtf8(await read('datapackage-digest.json')));
  const hash = `sha256:${sha256Hex(described)}`;
  digest.hash = hash;
  digest.signedData.hash = hash;
  digest.signedData.signature = Buffer.from(await device.sign(toUtf8(hash))).toString('base64');
  const date = new Date(device.clock);
  zip.file('datapackage.json', described, { date });
  zip.file('datapackage-digest.json', `${canonicalJson(digest)}\n`, { date });
  return refusal(await zip.generateAsync({ type: 'uint8array', compression: 'STORE' }));
}
