import { describe, expect, test } from 'vitest';
import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { fromUtf8, toUtf8 } from '../lib/utf8.ts';
import { archiveOrder, parseArchiveOrder } from './archive-layout.ts';
import { buildArchiveManifest } from './archive-manifest.ts';

const packageId = 'EVD-4OYMIQUY7QOBJGX3';

describe('layout', () => {
  test('names of a wrapped package, and of one renewed twice', () => {
    expect(archiveOrder(packageId, 0)).toEqual(['mimetype', `${packageId}.asice`, 'META-INF/timestamp.tst']);
    expect(archiveOrder(packageId, 2).slice(3)).toEqual([
      'META-INF/ASiCArchiveManifest001.xml',
      'META-INF/timestamp001.tst',
      'META-INF/ASiCArchiveManifest.xml',
      'META-INF/timestamp002.tst',
    ]);
  });

  test('is read back, and nothing else is', () => {
    for (const renewals of [0, 1, 2, 12]) {
      const names = archiveOrder(packageId, renewals);
      expect(parseArchiveOrder(names)).toEqual({ packageId, renewals });
      expect(parseArchiveOrder([...names, 'extra'])).toBeUndefined();
      expect(parseArchiveOrder(names.toReversed())).toBeUndefined();
      for (const at of names.keys()) expect(parseArchiveOrder(names.toSpliced(at, 1))).toBeUndefined();
      for (const at of names.keys()) expect(parseArchiveOrder(names.with(at, 'x'))).toBeUndefined();
    }
    expect(parseArchiveOrder([])).toBeUndefined();
    expect(parseArchiveOrder(archiveOrder(packageId, 201))).toBeUndefined();
    expect(parseArchiveOrder(archiveOrder('EVD-1', 0))).toBeUndefined();
  });
});

test('a manifest names its token, the package and everything before it', () => {
  const digest = (text: string): Sha256 => sha256Hex(toUtf8(text));
  const digests = {
    packageId,
    package: digest('p'),
    tokens: ['t0', 't1', 't2'].map(digest),
    manifests: ['m1', 'm2'].map(digest),
  };
  const text = (n: number) => fromUtf8(buildArchiveManifest(n, digests));
  const uris = (n: number) => [...text(n).matchAll(/URI="([^"]+)"/g)].map(([, uri]) => uri);
  expect(uris(1)).toEqual(['META-INF/timestamp001.tst', `${packageId}.asice`, 'META-INF/timestamp.tst']);
  expect(text(1)).not.toContain('Rootfile');
  expect(uris(3)).toEqual([
    'META-INF/timestamp003.tst',
    `${packageId}.asice`,
    'META-INF/timestamp.tst',
    'META-INF/timestamp001.tst',
    'META-INF/timestamp002.tst',
    'META-INF/ASiCArchiveManifest001.xml',
    'META-INF/ASiCArchiveManifest002.xml',
  ]);
  expect(text(3).match(/ASiCArchiveManifest002\.xml" MimeType="text\/xml" Rootfile="true"/g)).toHaveLength(1);
  expect(text(3).match(/Rootfile/g)).toHaveLength(1);
  expect(text(1)).toContain(`<ds:DigestValue>${Buffer.from(digest('p'), 'hex').toString('base64')}<`);
});
