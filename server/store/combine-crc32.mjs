// Part of a worker thread: plain JavaScript, so that it starts without a compiler.

/** The polynomial of CRC-32, bits reversed: bit 31 is x⁰. */
const POLYNOMIAL = 0xedb88320;

/** a·b modulo the polynomial. */
function multiply(a, b) {
  let product = 0;
  for (let bit = 1 << 31, factor = b; bit !== 0; bit >>>= 1) {
    if (a & bit) product ^= factor;
    factor = factor & 1 ? (factor >>> 1) ^ POLYNOMIAL : factor >>> 1;
  }
  return product;
}

/** x to the power of 8·`bytes`: what appending so many bytes multiplies a CRC by. */
function shiftBy(bytes) {
  // x⁸
  let square = 1 << 23;
  // x⁰
  let power = 1 << 31;
  for (let left = bytes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) power = multiply(square, power);
    square = multiply(square, square);
  }
  return power;
}

const shifts = new Map();

/**
 * CRC-32 of two byte strings one behind the other.
 * @param {number} first CRC of the first one
 * @param {number} second CRC of the second one
 * @param {number} length bytes of the second one
 * @returns {number} unsigned
 */
export function combineCrc32(first, second, length) {
  let shift = shifts.get(length);
  if (shift === undefined) {
    // Nearly every piece has the same length.
    if (shifts.size > 16) shifts.clear();
    shift = shiftBy(length);
    shifts.set(length, shift);
  }
  return (multiply(shift, first) ^ second) >>> 0;
}
