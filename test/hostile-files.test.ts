import { beforeAll, describe, expect, test } from 'vitest';
import { bundlePath } from '#shared/bundle/layout';
import { verifyBundle } from '#shared/bundle/verify-bundle';
import { parseJournal } from '#shared/journal/parse-journal';
import { bytesSource } from '#shared/lib/bytes-source';
import { canonicalJson } from '#shared/lib/canonical-json';
import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { openZip } from '#shared/lib/zip/open-zip';
import { readEntry } from '#shared/lib/zip/read-entry';
import { parseXades } from '#shared/seal/parse-xades';
import { nodePorts } from '../server/store/node-ports.ts';
import { buildTestBundle } from './fixtures/build-test-bundle.ts';
import { createTestDevice } from './fixtures/test-device.ts';
import { forgeBundle } from './fuzz/forge-bundle.ts';

/**
 * Files that whoever holds a device key can put into a bundle, everything around them consistent: too large, too
 * deep, or saying what cannot be printed. Found by `npm run fuzz`; each is refused with its own code, quickly and in
 * little memory.
 */
const device = createTestDevice();
const forging = { plainFiles: new Map<string, Uint8Array>(), deviceKey: new Uint8Array() };

beforeAll(async () => {
  const source = bytesSource((await buildTestBundle({ device })).bytes);
  for (const entry of (await openZip(source)).entries)
    forging.plainFiles.set(entry.name, await readEntry(source, entry));
  forging.deviceKey = new Uint8Array(device.privateKey.export({ format: 'der', type: 'pkcs8' }));
});

/** A file of the bundle as JSON, changed and written in RFC 8785 form. */
function changed(path: string, change: (value: Record<string, unknown>) => void): Uint8Array {
  const value = JSON.parse(fromUtf8(forging.plainFiles.get(path) ?? new Uint8Array()));
  change(value);
  return toUtf8(`${canonicalJson(value)}\n`);
}

function verify(path: string, content: Uint8Array) {
  return verifyBundle(bytesSource(forgeBundle(forging, path, content)), nodePorts);
}

test('what the device signs anew around an unchanged file is accepted', async () => {
  const record = changed(bundlePath.captureRecord, (value) => {
    value.purpose = 'another purpose';
  });
  expect((await verify(bundlePath.captureRecord, record)).record.purpose).toBe('another purpose');
});

describe('instants that have no date', () => {
  test.each([
    ['startedAt', 253_402_214_400_001],
    ['closedAt', 8.64e15 + 1],
    ['startedAt', 1e300],
  ])('%s %d in the capture record', async (member, at) => {
    const record = changed(bundlePath.captureRecord, (value) => {
      value[member] = at;
    });
    await expect(verify(bundlePath.captureRecord, record)).rejects.toMatchObject({
      code: 'FILE_MALFORMED',
      entry: `${bundlePath.captureRecord}#${member}`,
    });
  });

  test('created in the datapackage', async () => {
    const datapackage = changed(bundlePath.datapackage, (value) => {
      value.created = '2026-99-01T00:00:00Z';
    });
    await expect(verify(bundlePath.datapackage, datapackage)).rejects.toMatchObject({
      code: 'FILE_MALFORMED',
      entry: `${bundlePath.datapackage}#created`,
    });
  });

  test('at in the journal', () => {
    const line =
      fromUtf8(forging.plainFiles.get(bundlePath.journal) ?? new Uint8Array()).split('\n')[0] ?? '';
    const late = canonicalJson({ ...JSON.parse(line), at: 8.64e15 });
    expect(() => parseJournal(toUtf8(`${late}\n`))).toThrow(
      expect.objectContaining({ code: 'LINE_MALFORMED' }),
    );
  });
});

describe('files that would fill the memory', () => {
  const quickly = async (work: () => unknown, code: string) => {
    const started = process.cpuUsage();
    await expect((async () => work())()).rejects.toMatchObject({ code });
    const { user, system } = process.cpuUsage(started);
    expect(user + system).toBeLessThan(2_000_000);
  };
  const many = (text: string, bytes: number) => toUtf8(text.repeat(Math.floor(bytes / text.length)));

  test.each([
    ['nested', '['],
    ['flat', '[0,'],
  ])('a capture record of 60 MB, %s', async (_, text) => {
    const forged = bytesSource(forgeBundle(forging, bundlePath.captureRecord, many(text, 60_000_000)));
    await quickly(() => verifyBundle(forged, nodePorts), 'FILE_MALFORMED');
  });

  test('a journal of 60 MB of line feeds', async () => {
    const text = many('\n', 60_000_000);
    await quickly(() => parseJournal(text), 'LINE_MALFORMED');
  });

  test('a page list of 2 MB', async () => {
    const forged = bytesSource(forgeBundle(forging, bundlePath.pages, many('{}\n', 2_000_000)));
    await quickly(() => verifyBundle(forged, nodePorts), 'FILE_TOO_LARGE');
  });

  test('a signature file of 1 MB of opened elements', async () => {
    const text = many('<ds:X509Certificate ', 1_000_000);
    const method = toUtf8(
      '<ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256">',
    );
    await quickly(() => parseXades(Buffer.concat([method, text])), 'XADES_MALFORMED');
  });
});
