import { fromUtf8, toUtf8 } from '../utf8.ts';
import { ZipError } from './zip-error.ts';
import { MAX_NAME_BYTES, UTF8_FLAG } from './zip-format.ts';

/**
 * The name of an entry, safe to create on any file system and with one reading only: relative, `/` between
 * segments, no `.` or `..`, nothing a terminal hides.
 * @throws ZipError NAME_…, DIRECTORY_ENTRY
 */
export function parseEntryName(bytes: Uint8Array, flags: number): string {
  if (bytes.length === 0 || bytes.length > MAX_NAME_BYTES)
    throw new ZipError('NAME_LENGTH', `name of ${bytes.length} bytes`);
  const name = decode(bytes);
  if (bytes.some((byte) => byte > 126) && (flags & UTF8_FLAG) === 0)
    throw new ZipError('NAME_ENCODING', 'name beyond ASCII without the UTF-8 flag', { entry: name });
  return checkEntryName(name);
}

/**
 * The same rules for a name that is to be written.
 * @throws ZipError NAME_…, DIRECTORY_ENTRY
 */
export function checkEntryName(name: string): string {
  const refuse = (code: ZipError['code'], message: string): never => {
    throw new ZipError(code, message, { entry: name });
  };
  const length = toUtf8(name).length;
  if (length === 0 || length > MAX_NAME_BYTES) refuse('NAME_LENGTH', `name of ${length} bytes`);
  if (!name.isWellFormed()) refuse('NAME_ENCODING', 'lone surrogate in name');
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(name)) refuse('NAME_UNSAFE', 'invisible character in name');
  if (name.includes('\\')) refuse('NAME_BACKSLASH', 'backslash in name');
  if (name.startsWith('/') || name.includes(':')) refuse('NAME_ABSOLUTE', 'absolute name or colon in it');
  if (name.endsWith('/')) refuse('DIRECTORY_ENTRY', 'entry for a folder');
  for (const segment of name.split('/')) {
    if (segment === '' || segment === '.' || segment === '..') refuse('NAME_TRAVERSAL', 'path is not plain');
    if (/[ .]$/.test(segment)) refuse('NAME_UNSAFE', 'segment ends in space or dot');
  }
  return name;
}

/**
 * Refuses names that would fall together when unpacked, on file systems that fold case or normalise too.
 * @throws ZipError NAME_DUPLICATE, NAME_CONFLICT
 */
export function checkDistinctNames(names: readonly string[]): void {
  const files = new Set<string>();
  const folders = new Set<string>();
  for (const name of names) {
    const folded = name.normalize('NFC').toLowerCase();
    if (files.has(folded)) throw new ZipError('NAME_DUPLICATE', 'name occurs twice', { entry: name });
    files.add(folded);
    for (let cut = folded.indexOf('/'); cut !== -1; cut = folded.indexOf('/', cut + 1))
      folders.add(folded.slice(0, cut));
  }
  for (const name of names)
    if (folders.has(name.normalize('NFC').toLowerCase()))
      throw new ZipError('NAME_CONFLICT', 'entry is a folder of another', { entry: name });
}

function decode(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch (cause) {
    throw new ZipError('NAME_ENCODING', 'name is not UTF-8', { cause });
  }
}
