import { toHex } from '#shared/lib/hex';
import type { ByteSource } from '#shared/lib/port';
import { createSm3, sm3 } from '#shared/lib/sm3';
import { parsePem, toPem } from '#shared/pki/pem';
import { isSm2Signature, parseSm2PublicKey } from '#shared/pki/sm2';
import type { Sm2Point } from '#shared/pki/sm2-curve';
import { parseHashManifest } from '#shared/seal/hash-manifest';
import { packagePath } from '#shared/seal/layout';
import type { CheckDefinition } from './check-definition.ts';
import { inEntry } from './in-entry.ts';
import { bytesAt, type PackageMember, type PackageMembers, textAt } from './package-members.ts';
import { need } from './verification.ts';
import { VerifyError } from './verify-error.ts';

const files = [
  packagePath.sm2Key,
  packagePath.sm3Manifest,
  packagePath.sm3ManifestSignature,
  packagePath.tagManifestSm2,
] as const;

/** The optional second set of hashes and signatures by the commercial cryptography of China 商用密码. */
export const smCheck: CheckDefinition = {
  id: 'sm2-signature',
  proves: {
    zh: '每个文件的 SM3 与清单一致,清单由 trust/sm2.pem 的持有人以 SM2 签署',
    en: 'every file has the SM3 in the manifest, which the holder of trust/sm2.pem signed with SM2',
  },
  restsOn: {
    zh: 'SM2 密钥未泄露;密钥属于封存机构,由 seal-signature 证明',
    en: 'the SM2 key being kept; that it is the sealing organisation’s is what seal-signature shows',
  },
  applies: ({ found }) => files.some((path) => found.members?.has(path)),
  async run(verification) {
    const members = need(verification, 'members');
    const key = await inEntry(packagePath.sm2Key, () => readKey(members));
    await requireSignature(members, key, packagePath.sm3Manifest, packagePath.sm3ManifestSignature);
    await requireSignature(members, key, packagePath.tagManifest, packagePath.tagManifestSm2);
    await requireDigests(verification.source, members);
  },
};

/** Which files the SM3 manifest lists: all outside META-INF but `mimetype`, as the XAdES signature does. */
export function isInSm3Manifest(path: string): boolean {
  return path !== packagePath.mimetype && !path.startsWith('META-INF/');
}

function readKey(members: PackageMembers): Sm2Point {
  const text = textAt(members, packagePath.sm2Key);
  const [der] = parsePem(text, 'PUBLIC KEY');
  if (der === undefined || toPem('PUBLIC KEY', der) !== text)
    throw new VerifyError('NOT_CANONICAL', 'not exactly one PEM key', { entry: packagePath.sm2Key });
  return parseSm2PublicKey(der);
}

function requireSignature(
  members: PackageMembers,
  key: Sm2Point,
  path: string,
  entry: string,
): Promise<void> {
  return inEntry(entry, () => {
    if (!isSm2Signature(key, bytesAt(members, path), bytesAt(members, entry)))
      throw new VerifyError('SIGNATURE_INVALID', `the SM2 signature of ${path} is wrong`, { entry });
  });
}

async function requireDigests(source: ByteSource, members: PackageMembers): Promise<void> {
  const entry = packagePath.sm3Manifest;
  const listed = new Map(parseHashManifest(bytesAt(members, entry), entry));
  for (const member of members.values()) {
    const { path } = member;
    if (!isInSm3Manifest(path)) continue;
    const digest = listed.get(path);
    if (digest === undefined)
      throw new VerifyError('NOT_LISTED', `${path} is not listed in ${entry}`, { entry: path });
    if (digest !== toHex(await sm3Of(source, member)))
      throw new VerifyError('HASH_MISMATCH', `${path} does not have the SM3 in ${entry}`, { entry: path });
    listed.delete(path);
  }
  const [absent] = listed.keys();
  if (absent !== undefined)
    throw new VerifyError('LISTED_BUT_MISSING', `${entry} lists ${absent}`, { entry: absent });
}

const CHUNK = 1 << 20;

async function sm3Of(
  source: ByteSource,
  { bytes, entry: { offset }, size }: PackageMember,
): Promise<Uint8Array> {
  if (bytes !== undefined) return sm3(bytes);
  const hash = createSm3();
  for (let done = 0; done < size; done += CHUNK)
    hash.update(await source.read(offset + done, Math.min(CHUNK, size - done)));
  return hash.digest();
}
