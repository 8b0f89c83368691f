import { CodedError } from '#shared/lib/errors';

export type PadesErrorCode =
  | 'PDF_MALFORMED'
  | 'PDF_UNSUPPORTED'
  | 'PDF_ALREADY_SIGNED'
  | 'PDF_NOT_SIGNED'
  | 'PDF_NOT_COVERED'
  | 'SIGNATURE_TOO_LARGE';

/** A PDF that cannot be signed, or whose signature does not cover it. */
export class PadesError extends CodedError<PadesErrorCode> {}
