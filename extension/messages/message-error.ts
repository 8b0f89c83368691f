import { CodedError } from '#shared/lib/errors';
import type { ErrorCode, WireError } from '#shared/view/error-code';

/** An error that crossed a message, rebuilt on the asking side; or a request the other side cannot read. */
export class MessageError extends CodedError<ErrorCode> {
  static fromWire({ code, message, entry }: WireError): MessageError {
    return new MessageError(code, message, { entry });
  }
}
