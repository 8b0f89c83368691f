import { CodedError } from '../errors.ts';

/** Why a container is refused. `entry` is the name in the archive, or the record at fault. */
export type ZipErrorCode =
  /** No end record at all. */
  | 'NOT_A_ZIP'
  /** Begins as an archive, but its end is missing. */
  | 'TRUNCATED'
  | 'LEADING_BYTES'
  | 'TRAILING_BYTES'
  | 'ARCHIVE_COMMENT'
  | 'MULTIPLE_DISKS'
  /** A Zip64 record is missing, malformed, or disagrees with the plain one. */
  | 'ZIP64_MALFORMED'
  /** Zip64 where the values fit without it. */
  | 'ZIP64_NEEDLESS'
  /** The directory does not end where the end record begins, or holds no directory records. */
  | 'DIRECTORY_MALFORMED'
  | 'DIRECTORY_TOO_LARGE'
  | 'ENTRY_COUNT'
  | 'TOO_MANY_ENTRIES'
  | 'EMPTY_ARCHIVE'
  /** Name is not UTF-8, or not ASCII without the UTF-8 flag. */
  | 'NAME_ENCODING'
  | 'NAME_LENGTH'
  /** Absolute, drive letter, stream or device syntax. */
  | 'NAME_ABSOLUTE'
  /** A `.` or `..` segment, or an empty one. */
  | 'NAME_TRAVERSAL'
  | 'NAME_BACKSLASH'
  /** Control, bidirectional or zero-width characters, or a segment ending in space or dot. */
  | 'NAME_UNSAFE'
  /** Same name twice, also when only case or Unicode form differ. */
  | 'NAME_DUPLICATE'
  /** One entry is a folder in the path of another. */
  | 'NAME_CONFLICT'
  | 'DIRECTORY_ENTRY'
  | 'SYMLINK'
  /** Any other type of file than a regular one, or an unknown attribute. */
  | 'FILE_TYPE'
  | 'ENCRYPTED'
  | 'COMPRESSED'
  | 'DATA_DESCRIPTOR'
  | 'FLAG_UNKNOWN'
  | 'VERSION_UNKNOWN'
  | 'ENTRY_COMMENT'
  | 'EXTRA_FIELD'
  /** Stored size and original size differ. */
  | 'SIZE_MISMATCH'
  /** No local header where the directory says. */
  | 'LOCAL_HEADER_MISSING'
  /** Local header and directory disagree. */
  | 'LOCAL_HEADER_MISMATCH'
  | 'OVERLAP'
  | 'GAP'
  | 'OUT_OF_BOUNDS'
  | 'CRC_MISMATCH'
  /** A header differs from the one form a sealed package may have. */
  | 'NOT_CANONICAL';

export class ZipError extends CodedError<ZipErrorCode> {}
