/** The curve of GM/T 0003.5-2012. */
const hex = (digits: string) => BigInt(`0x${digits.replaceAll(' ', '')}`);
const P = hex('FFFFFFFE FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF 00000000 FFFFFFFF FFFFFFFF');
const A = hex('FFFFFFFE FFFFFFFF FFFFFFFF FFFFFFFF FFFFFFFF 00000000 FFFFFFFF FFFFFFFC');
const B = hex('28E9FA9E 9D9F5E34 4D5A9E4B CF6509A7 F39789F5 15AB8F92 DDBCBD41 4D940E93');
const N = hex('FFFFFFFE FFFFFFFF FFFFFFFF FFFFFFFF 7203DF6B 21C6052B 53BBF409 39D54123');

/** A point that is not the one at infinity. */
export interface Sm2Point {
  readonly x: bigint;
  readonly y: bigint;
}

const G: Sm2Point = {
  x: hex('32C4AE2C 1F198119 5F990446 6A39C994 8FE30BBF F2660BE1 715A4589 334C74C7'),
  y: hex('BC3736A2 F4F6779C 59BDCEE3 6B692153 D0A9877C C62A4740 02DF32E5 2139F0A0'),
};

export const sm2Curve = { a: A, b: B, order: N, generator: G } as const;

export function isOnSm2Curve({ x, y }: Sm2Point): boolean {
  return x < P && y < P && modulo(y * y - (x * x * x + A * x + B), P) === 0n;
}

/**
 * The sum of multiples of points; `undefined` for the point at infinity. Not in constant time: who can measure the
 * machine that signs learns of the key.
 */
export function sm2Sum(terms: readonly (readonly [bigint, Sm2Point])[]): Sm2Point | undefined {
  let sum: Jacobian | undefined;
  for (const [scalar, point] of terms) sum = add(sum, multiply(scalar, point));
  return sum && affine(sum);
}

export function modulo(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

/** The inverse of a value that is not a multiple of the prime `modulus` (extended Euclid). */
export function inverse(value: bigint, modulus: bigint): bigint {
  let [low, high] = [modulo(value, modulus), modulus];
  let [factor, before] = [1n, 0n];
  while (low > 1n) {
    const quotient = high / low;
    [low, high] = [high - quotient * low, low];
    [factor, before] = [before - quotient * factor, factor];
  }
  return modulo(factor, modulus);
}

/** x = X/Z², y = Y/Z³; the point at infinity is `undefined`. */
interface Jacobian {
  readonly x: bigint;
  readonly y: bigint;
  readonly z: bigint;
}

function multiply(scalar: bigint, point: Sm2Point): Jacobian | undefined {
  const one = { ...point, z: 1n };
  let sum: Jacobian | undefined;
  for (const bit of scalar.toString(2)) {
    sum = sum && double(sum);
    if (bit === '1') sum = add(sum, one);
  }
  return sum;
}

function double({ x, y, z }: Jacobian): Jacobian | undefined {
  if (y === 0n) return undefined;
  const yy = (y * y) % P;
  const s = (4n * x * yy) % P;
  const m = (3n * x * x + A * (((z * z) % P) ** 2n % P)) % P;
  const x3 = modulo(m * m - 2n * s, P);
  return { x: x3, y: modulo(m * (s - x3) - 8n * yy * yy, P), z: (2n * y * z) % P };
}

function add(one: Jacobian | undefined, other: Jacobian | undefined): Jacobian | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  const [zz1, zz2] = [(one.z * one.z) % P, (other.z * other.z) % P];
  const [u1, u2] = [(one.x * zz2) % P, (other.x * zz1) % P];
  const [s1, s2] = [(((one.y * zz2) % P) * other.z) % P, (((other.y * zz1) % P) * one.z) % P];
  if (u1 === u2) return s1 === s2 ? double(one) : undefined;
  const h = modulo(u2 - u1, P);
  const r = modulo(s2 - s1, P);
  const hh = (h * h) % P;
  const hhh = (h * hh) % P;
  const v = (u1 * hh) % P;
  const x = modulo(r * r - hhh - 2n * v, P);
  return { x, y: modulo(r * (v - x) - s1 * hhh, P), z: (((h * one.z) % P) * other.z) % P };
}

function affine({ x, y, z }: Jacobian): Sm2Point {
  const inverseZ = inverse(z, P);
  const zz = (inverseZ * inverseZ) % P;
  return { x: (x * zz) % P, y: (((y * zz) % P) * inverseZ) % P };
}
