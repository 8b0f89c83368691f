import { CodedError } from '#shared/lib/errors';

export type DocumentErrorCode = 'PICTURE_UNREADABLE' | 'FONT_MISSING' | 'PDF_FAILED';

/** A document that cannot be drawn. */
export class DocumentError extends CodedError<DocumentErrorCode> {}
