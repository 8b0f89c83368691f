import { LogError, type LogErrorCode } from './log-error.ts';

const MAX_UINT64 = 2n ** 64n - 1n;

/**
 * A tree size or index in its one ASCII spelling: decimal, no sign, no leading zero; below 2^64.
 * @throws LogError with `code`, naming `entry`.
 */
export function parseDecimal(text: string, entry: string, code: LogErrorCode = 'SIZE_MALFORMED'): bigint {
  const value = /^(?:0|[1-9][0-9]{0,19})$/.test(text) ? BigInt(text) : MAX_UINT64 + 1n;
  if (value > MAX_UINT64) throw new LogError(code, `${entry} is not a decimal uint64`, { entry });
  return value;
}
