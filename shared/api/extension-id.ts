/**
 * Public key of the extension (RSA SPKI, DER, base64): the manifest's `key`. Chromium derives the id from it, so the
 * id is the same on every machine. The private half was never kept: nothing is signed with it.
 */
export const EXTENSION_KEY =
  'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA0Kr8xTRDknM05MyA9BsizIclbEoWUo9m6A9VVZz8sB6W6tUnRqbrWuMrOJTkS6pkUy7TdGeMrfhh+ewWKB+qHRVxuqVq2MQRZjVVMWMvzzNT8Szo+HJOp882sAzPjZ18cjzxMmSlWCWHHHgRd9cYvMQO+ONqA/x+xq5uFOb3EVqY3LEzWVBG8+ofmQyjD8mxzCKNKW9mz3NfVspZRFsk2SFAuULwPcesEMbJbKS673x3m5LATo4YoxINibN61VJUQYwOFgW8Es5m6XBLGOKTmXcECDLP98RsUYpkzitvyW4ConeSB/pXUfMcrITM/IS5iZtETODl83HbDgOyuhRpowIDAQAB';

/** First 16 bytes of SHA-256(key), each half-byte written as a letter a–p. */
export const EXTENSION_ID = 'glkfgdhkibnhgnbmejodjenjfigjhjed';

/** Origin the extension's pages and service worker send. */
export const EXTENSION_ORIGIN = `chrome-extension://${EXTENSION_ID}`;
