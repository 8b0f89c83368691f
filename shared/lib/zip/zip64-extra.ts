import { headerView } from './header-view.ts';
import { ZipError } from './zip-error.ts';
import { U32_MAX, ZIP64_EXTRA } from './zip-format.ts';

/** The three numbers of a header that Zip64 may widen. A local header has no `headerOffset`. */
export interface WideNumbers {
  readonly size: number;
  readonly stored: number;
  readonly headerOffset: number;
}

/**
 * Applies the Zip64 extra field (APPNOTE §4.5.3): it holds, in this order, exactly those of size, stored size and
 * offset whose plain field is 0xFFFFFFFF, and each must need it. No other extra field is accepted.
 * @throws ZipError EXTRA_FIELD, ZIP64_MALFORMED, ZIP64_NEEDLESS
 */
export function readZip64Sizes(extra: Uint8Array, plain: WideNumbers, entry: string): WideNumbers {
  const keys = (['size', 'stored', 'headerOffset'] as const).filter((key) => plain[key] === U32_MAX);
  const view = headerView(extra);
  if (extra.length >= 4 && view.u16(0) !== ZIP64_EXTRA)
    throw new ZipError('EXTRA_FIELD', `extra field 0x${view.u16(0).toString(16)}`, { entry });
  if (extra.length > 0 && keys.length === 0)
    throw new ZipError(extra.length < 4 ? 'EXTRA_FIELD' : 'ZIP64_NEEDLESS', 'needless extra field', {
      entry,
    });
  if (keys.length === 0) return plain;
  if (extra.length !== 4 + 8 * keys.length || view.u16(2) !== 8 * keys.length)
    throw new ZipError('ZIP64_MALFORMED', 'Zip64 extra field', { entry });
  const wide = { ...plain };
  for (const [index, key] of keys.entries()) wide[key] = readWide(() => view.u64(4 + 8 * index), entry);
  return wide;
}

function readWide(read: () => number, entry: string): number {
  let value: number;
  try {
    value = read();
  } catch (cause) {
    throw new ZipError('ZIP64_MALFORMED', 'number above 2^53', { entry, cause });
  }
  if (value < U32_MAX) throw new ZipError('ZIP64_NEEDLESS', 'Zip64 for a small number', { entry });
  return value;
}
