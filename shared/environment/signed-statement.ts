import * as v from 'valibot';
import { text } from './field-schemas.ts';

const base64 = v.pipe(v.string(), v.maxLength(2000), v.regex(/^[A-Za-z0-9+/]+={0,2}$/));

/**
 * What the service says under its name: `signature` (base64; ECDSA as raw r‖s) is by `certificate` over the RFC 8785
 * form of `statement`, whose `type` keeps it apart from everything else the same key signs.
 */
export function signedStatement<const Statement extends v.GenericSchema>(statement: Statement) {
  return v.strictObject({
    statement,
    signature: base64,
    /** PEM of the signing certificate, then of those between it and the root, if any. */
    certificate: text(40_000),
  });
}

/** A signed statement of any type. */
export interface SignedStatement {
  readonly statement: {
    readonly type: string;
    readonly device: string;
    readonly nonce: string;
    readonly at: string;
  };
  readonly signature: string;
  readonly certificate: string;
}
