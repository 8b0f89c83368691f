import { CodedError } from '#shared/lib/errors';

/** A backup could not be made or restored; `entry` is the file or folder. */
export class BackupError extends CodedError<
  'DATA_MISSING' | 'TARGET_EXISTS' | 'BACKUP_DAMAGED' | 'BACKUP_INCOMPLETE' | 'DATA_CHANGING'
> {}
