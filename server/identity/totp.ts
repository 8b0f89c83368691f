import { Secret, TOTP } from 'otpauth';

const PERIOD_S = 30;

/** RFC 6238 with what authenticator apps support: SHA-1, six digits, 30 s. */
function totpOf(secret: string, issuer: string, label: string): TOTP {
  return new TOTP({
    issuer,
    label,
    algorithm: 'SHA1',
    digits: 6,
    period: PERIOD_S,
    secret: Secret.fromBase32(secret),
  });
}

/** A new secret of 160 bits (RFC 4226 §4), Base32, with the URI that apps read as a QR code. */
export function newTotpSecret(
  issuer: string,
  label: string,
): { readonly secret: string; readonly uri: string } {
  const secret = new Secret({ size: 20 }).base32;
  return { secret, uri: totpOf(secret, issuer, label).toString() };
}

/** The 30 s step a code belongs to, one step of clock drift allowed; `undefined` when it is wrong. */
export function totpStepOf(secret: string, code: string, atMs: number): number | undefined {
  const delta = totpOf(secret, '', '').validate({ token: code, timestamp: atMs, window: 1 });
  return delta === null ? undefined : Math.floor(atMs / 1000 / PERIOD_S) + delta;
}
