import { equalBytes } from '../equal-bytes.ts';
import type { ByteSource } from '../port.ts';
import { toUtf8 } from '../utf8.ts';
import type { CentralEntry } from './central-directory.ts';
import { headerView } from './header-view.ts';
import { ZipError } from './zip-error.ts';
import { LOCAL_LENGTH, LOCAL_SIGNATURE } from './zip-format.ts';
import { readZip64Sizes } from './zip64-extra.ts';

/**
 * Demands that the local header repeats what the directory says, field by field.
 * @param limit where the directory begins.
 * @returns offset of the data.
 * @throws ZipError LOCAL_HEADER_…, OUT_OF_BOUNDS, EXTRA_FIELD, ZIP64_…
 */
export async function checkLocalHeader(
  source: ByteSource,
  central: CentralEntry,
  limit: number,
): Promise<number> {
  const entry = central.name;
  const start = central.headerOffset;
  if (start + LOCAL_LENGTH > limit)
    throw new ZipError('OUT_OF_BOUNDS', 'local header outside the file', { entry });
  const fixed = headerView(await source.read(start, LOCAL_LENGTH));
  if (fixed.u32(0) !== LOCAL_SIGNATURE)
    throw new ZipError('LOCAL_HEADER_MISSING', 'no local header at the offset', { entry });
  const nameLength = fixed.u16(26);
  const length = LOCAL_LENGTH + nameLength + fixed.u16(28);
  if (start + length > limit) throw new ZipError('OUT_OF_BOUNDS', 'local header outside the file', { entry });
  const header = await source.read(start, length);
  const extra = header.subarray(LOCAL_LENGTH + nameLength);
  const plain = { size: fixed.u32(22), stored: fixed.u32(18), headerOffset: 0 };
  const { size, stored } = readZip64Sizes(extra, plain, entry);
  const differing = (
    [
      ['version', fixed.u16(4), central.versionNeeded],
      ['flags', fixed.u16(6), central.flags],
      ['method', fixed.u16(8), 0],
      ['time', fixed.u16(10), central.time],
      ['date', fixed.u16(12), central.date],
      ['CRC-32', fixed.u32(14), central.crc32],
      ['stored size', stored, central.size],
      ['size', size, central.size],
    ] as const
  ).find(([, local, directory]) => local !== directory);
  if (differing !== undefined)
    throw new ZipError('LOCAL_HEADER_MISMATCH', `${differing[0]} differs from the directory`, { entry });
  if (!equalBytes(header.subarray(LOCAL_LENGTH, LOCAL_LENGTH + nameLength), toUtf8(entry)))
    throw new ZipError('LOCAL_HEADER_MISMATCH', 'name differs from the directory', { entry });
  return start + length;
}
