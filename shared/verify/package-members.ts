import { toHex } from '#shared/lib/hex';
import type { ByteSource, Ports } from '#shared/lib/port';
import { rangeDigest } from '#shared/lib/range-digest';
import type { Sha256 } from '#shared/lib/sha256';
import { fromUtf8 } from '#shared/lib/utf8';
import type { ZipEntry } from '#shared/lib/zip/open-zip';
import { packagePath } from '#shared/seal/layout';
import { VerifyError } from './verify-error.ts';

/** One member of a sealed package, as read in the outer pass. */
export interface PackageMember {
  readonly path: string;
  readonly size: number;
  /** Where its bytes lie in the package. */
  readonly entry: ZipEntry;
  readonly sha256: Sha256;
  /** The whole content; absent for the bundle, which may be larger than memory. */
  readonly bytes?: Uint8Array;
}

/** All members by path, in package order. */
export type PackageMembers = ReadonlyMap<string, PackageMember>;

/** Every member but the bundle is read whole. A certificate grows with its ledger … */
const MAX_CERTIFICATE = 48 << 20;
/** … the others do not: XAdES, receipt, tokens and manifests have some 15 kB at most. */
const MAX_SMALL_MEMBER = 1 << 20;

/** A member read in the outer pass, with its CRC-32. */
export interface ReadMember {
  readonly member: PackageMember;
  readonly crc32: number;
}

/**
 * Bounds the memory of the outer pass, and of parsing what it reads, before anything is read.
 * @throws VerifyError ENTRY_TOO_LARGE for a certificate over 48 MiB or another member over 1 MiB; the bundle may have
 *   any size.
 */
export function requireSmallMembers(entries: readonly ZipEntry[]): void {
  for (const { name, size } of entries) {
    const limit = name === packagePath.certificate ? MAX_CERTIFICATE : MAX_SMALL_MEMBER;
    if (!isBundlePath(name) && size > limit)
      throw new VerifyError('ENTRY_TOO_LARGE', `more than ${limit} bytes`, { entry: name });
  }
}

/** Reads one member once: SHA-256, CRC-32 and, except for the bundle, its bytes. */
export async function readMember(source: ByteSource, ports: Ports, entry: ZipEntry): Promise<ReadMember> {
  const { name: path, size, offset } = entry;
  const bytes = isBundlePath(path) ? undefined : await source.read(offset, size);
  const { sha256, crc32 } =
    bytes === undefined
      ? await rangeDigest(source, offset, size, ports)
      : { sha256: await ports.sha256(bytes), crc32: ports.crc32(bytes) };
  const member = { path, size, entry, sha256: toHex(sha256) as Sha256 };
  return { member: bytes === undefined ? member : { ...member, bytes }, crc32 };
}

/** Whether the path names the bundle inside a sealed package. */
export function isBundlePath(path: string): boolean {
  return path.startsWith('data/') && path.endsWith('.wacz');
}

/** @throws VerifyError ENTRY_MISSING */
export function memberAt(members: PackageMembers, path: string): PackageMember {
  const member = members.get(path);
  if (member === undefined) throw new VerifyError('ENTRY_MISSING', `${path} is missing`, { entry: path });
  return member;
}

/** The content of a member that is not the bundle. @throws VerifyError ENTRY_MISSING */
export function bytesAt(members: PackageMembers, path: string): Uint8Array {
  const { bytes } = memberAt(members, path);
  if (bytes === undefined) throw new VerifyError('ENTRY_TOO_LARGE', `${path} was not read`, { entry: path });
  return bytes;
}

/** The content of a text member. @throws VerifyError ENTRY_MISSING, NOT_UTF8 */
export function textAt(members: PackageMembers, path: string): string {
  const bytes = bytesAt(members, path);
  try {
    return fromUtf8(bytes);
  } catch (cause) {
    throw new VerifyError('NOT_UTF8', `${path} is not UTF-8 text`, { entry: path, cause });
  }
}
