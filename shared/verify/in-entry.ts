import { CodedError } from '#shared/lib/errors';
import { NotChecked } from './not-checked.ts';
import { VerifyError } from './verify-error.ts';

/**
 * Runs `judge` on the content of one package entry; every fault it finds then names that entry, whatever inner
 * structure it was found in. The code stays, the inner error becomes the cause.
 */
export async function inEntry<T>(entry: string, judge: () => Promise<T> | T): Promise<T> {
  try {
    return await judge();
  } catch (cause) {
    if (cause instanceof NotChecked || cause instanceof VerifyError) throw cause;
    if (cause instanceof CodedError) throw new CodedError(cause.code, cause.message, { entry, cause });
    throw new VerifyError('UNEXPECTED_FAULT', `${entry} cannot be judged`, { entry, cause });
  }
}
