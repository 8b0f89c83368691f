import { CodedError } from '#shared/lib/errors';

export type CosignerRefusalCode =
  | 'MALFORMED'
  | 'LOG_UNKNOWN'
  | 'KEY_UNKNOWN'
  | 'OLD_SIZE_TOO_LARGE'
  | 'OLD_SIZE_CONFLICT'
  | 'FORK'
  | 'INCONSISTENT';

/** Why a witness does not cosign a checkpoint. For OLD_SIZE_CONFLICT the message is the size it knows. */
export class CosignerRefusal extends CodedError<CosignerRefusalCode> {}

/** The status that C2SP tlog-witness demands for each. */
export const refusalStatus: Record<CosignerRefusalCode, number> = {
  MALFORMED: 400,
  LOG_UNKNOWN: 404,
  KEY_UNKNOWN: 403,
  OLD_SIZE_TOO_LARGE: 400,
  OLD_SIZE_CONFLICT: 409,
  FORK: 409,
  INCONSISTENT: 422,
};
