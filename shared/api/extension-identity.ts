/**
 * Manifest `key` of the extension: RSA SubjectPublicKeyInfo, base64. It only fixes the extension's id; nothing is
 * signed with it, so no private half is kept.
 */
export const EXTENSION_KEY =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0O8bV5hBrRaTuO5vqAmOL0lV3Ma8oLPa3n/cYy0z/RaclTgCIjIMbOYnRqgD6XvRpZvp1O86UjK37H1wmzQ8kkicZDaZvj++XbAy2y0DmwzHcRuon8lTuoyZ8WCdTP8cRnx/ITbmXH+W2IxchcboVU4mlmHQWtOjzfQgZtR56z+Ta8aYlYf65T28/omuKAg/xKeHX42gmWkvYObcquXffuT8LJvSazKXaz+qV6sdOf6TkMutSD+XyySdz8Oe2WqPxwGhIO6hmWy+hC8pMgScRicrd1l+f9rrAhlaTlQFJkMOJGe1BjKB6nHPJZ0YdcBFRBuQKs261dPx0vGdQ7evWwIDAQAB';

/** Id a browser gives the extension: SHA-256 of the key's DER, first 32 hex digits written a–p. */
export const EXTENSION_ID = 'gjlnhkfjeanpiljpfejdofkpfoagfaha';
