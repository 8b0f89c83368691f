/** The key that wraps the keys of packages. It may live in a token; only its use crosses this interface. */
export interface MasterKey {
  /** What it is and where, for people; no secret. */
  readonly name: string;
  /**
   * Encrypts a small secret with AES-256-GCM.
   * @param context what it is of: it can be unwrapped as nothing else.
   */
  wrap(secret: Uint8Array, context: string): Promise<string>;
  /** @throws EncryptionError MASTER_KEY_WRONG: wrapped by another key, or altered */
  unwrap(wrapped: string, context: string): Promise<Uint8Array>;
  close(): Promise<void>;
}
