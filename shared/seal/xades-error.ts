import { CodedError } from '#shared/lib/errors';

export type XadesErrorCode =
  | 'XADES_MALFORMED'
  | 'XADES_FILES_DIFFER'
  | 'XADES_DIGEST_MISMATCH'
  | 'XADES_ALGORITHM'
  | 'PATH_NOT_ALLOWED';

/** A `signatures001.xml` that is not in our one form or signs something else. `entry` names the file or element. */
export class XadesError extends CodedError<XadesErrorCode> {}
