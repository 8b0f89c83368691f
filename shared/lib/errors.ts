/**
 * Base of every error this project throws on purpose. Each module extends it with a closed union of codes,
 * so that a caller can switch over them and the compiler asks for the missing case.
 *
 * `entry` names the file, field or URL at fault; `details` is JSON and crosses messages and HTTP unchanged.
 */
export class CodedError<Code extends string = string> extends Error {
  readonly code: Code;
  readonly entry: string | undefined;

  constructor(code: Code, message: string, options: { entry?: string | undefined; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.entry = options.entry;
  }
}
