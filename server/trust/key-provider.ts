import type { SignatureAlgorithm } from '#shared/lib/port';

/** A private key that may live elsewhere; only its use crosses this interface. */
export interface KeyHandle {
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Uint8Array;
  readonly algorithm: SignatureAlgorithm;
  /** ECDSA as raw r‖s. */
  sign(data: Uint8Array): Promise<Uint8Array>;
}

export type NewKeyKind = 'p256' | 'rsa-3072';

/** Where private keys live: PEM files, or a token. */
export interface KeyProvider {
  /** Makes a key and stores it durably under `name`. */
  create(name: string, kind: NewKeyKind): Promise<KeyHandle>;
  /** @throws TrustError KEY_UNREADABLE when there is no usable key of that name */
  open(name: string): Promise<KeyHandle>;
}
