import { expect, test } from 'vitest';
import { fromUtf8, toUtf8 } from '#shared/lib/utf8';
import { buildAsicManifest, parseAsicManifest } from './asic-manifest.ts';
import { coverageOf, packageOrder } from './package-member.ts';

const members = [
  'META-INF/manifest.xml',
  'META-INF/tagmanifest-sha256.txt.cms',
  'META-INF/tagmanifest-sha256.txt.tlog-proof',
  'data/CAP-00000000-1.wacz.tsr',
  'data/CAP-00000000-1.wacz',
  'trust/tsa-1.pem',
  'trust/ca.pem',
  'tagmanifest-sha256.txt',
  'certificate.pdf',
  'bagit.txt',
  'mimetype',
];

test('members have one fixed order, mimetype first', () => {
  expect(packageOrder(members)).toEqual([
    'mimetype',
    'bagit.txt',
    'tagmanifest-sha256.txt',
    'certificate.pdf',
    'trust/ca.pem',
    'trust/tsa-1.pem',
    'data/CAP-00000000-1.wacz',
    'data/CAP-00000000-1.wacz.tsr',
    'META-INF/manifest.xml',
    'META-INF/tagmanifest-sha256.txt.cms',
    'META-INF/tagmanifest-sha256.txt.tlog-proof',
  ]);
  expect(() => packageOrder(['a', 'a'])).toThrow(expect.objectContaining({ code: 'PATH_NOT_ALLOWED' }));
  expect(() => packageOrder(['../a'])).toThrow(expect.objectContaining({ code: 'PATH_NOT_ALLOWED' }));
});

test('every member is vouched for by exactly one text', () => {
  expect(members.map(coverageOf)).toEqual([
    ...['seal', 'seal', 'root', 'payload', 'payload', 'tag', 'tag', 'root', 'tag', 'tag', 'root'],
  ]);
});

test('the manifest lists every file outside META-INF but mimetype, and reads back', () => {
  const listed = packageOrder(members).slice(1, 8);
  expect(parseAsicManifest(buildAsicManifest(members))).toEqual(listed);
});

test.each([
  ['another media type', 'application/pdf', 'text/html'],
  ['white space', '/>\n  <manifest:file-entry', '/>\n   <manifest:file-entry'],
  ['a comment', '</manifest:manifest>', '<!-- --></manifest:manifest>'],
  ['an entity', 'full-path="certificate', 'full-path="&#99;ertificate'],
  ['an own path', '"certificate.pdf"', '"META-INF/x.xml"'],
  ['a second listing', '"bagit.txt"', '"certificate.pdf"'],
])('refuses %s', (_, from, to) => {
  const text = fromUtf8(buildAsicManifest(members));
  expect(text).toContain(from);
  expect(() => parseAsicManifest(toUtf8(text.replace(from, to)))).toThrow(
    expect.objectContaining({ code: 'ASIC_MANIFEST_MALFORMED' }),
  );
});
