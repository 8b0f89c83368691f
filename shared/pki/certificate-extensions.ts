import { DerError } from '#shared/lib/der/der-error';
import { DerReader } from '#shared/lib/der/der-reader';
import { parseDer } from '#shared/lib/der/parse-der';
import { tag } from '#shared/lib/der/tag';
import type { Extension } from './extension.ts';
import { type KeyUsage, parseKeyUsage } from './key-usage.ts';
import { oid } from './oid.ts';
import { PkiError } from './pki-error.ts';

/** What path validation and purpose checks read from the extensions. */
export interface CertificateExtensions {
  readonly isCa: boolean;
  /** How many intermediate certificates may follow; `undefined`: any number. */
  readonly pathLength: number | undefined;
  /** `undefined` where the extension is absent. */
  readonly keyUsage: ReadonlySet<KeyUsage> | undefined;
  /** Dotted OIDs; empty where the extension is absent. */
  readonly extKeyUsage: readonly string[];
  readonly extKeyUsageCritical: boolean;
  readonly subjectKeyId: Uint8Array | undefined;
  readonly authorityKeyId: Uint8Array | undefined;
  /** Policy OIDs; empty where the extension is absent. */
  readonly policies: readonly string[];
  /** Critical extensions this code does not process: `verifyChain` refuses the certificate. */
  readonly unsupportedCritical: readonly string[];
}

const processed: ReadonlySet<string> = new Set([
  oid.basicConstraints,
  oid.keyUsage,
  oid.extKeyUsage,
  oid.subjectKeyIdentifier,
  oid.authorityKeyIdentifier,
  oid.certificatePolicies,
]);

/** @throws DerError, PkiError EXTENSION_MALFORMED */
export function readCertificateExtensions(extensions: readonly Extension[]): CertificateExtensions {
  const find = (type: string) => extensions.find((extension) => extension.oid === type);
  const read = <T>(type: string, parse: (value: Uint8Array) => T): T | undefined => {
    const found = find(type);
    return found === undefined ? undefined : parse(found.value);
  };
  const constraints = read(oid.basicConstraints, parseBasicConstraints);
  return {
    isCa: constraints?.isCa ?? false,
    pathLength: constraints?.pathLength,
    keyUsage: read(oid.keyUsage, parseKeyUsage),
    extKeyUsage: read(oid.extKeyUsage, parseOids) ?? [],
    extKeyUsageCritical: find(oid.extKeyUsage)?.critical ?? false,
    subjectKeyId: read(oid.subjectKeyIdentifier, parseOctets),
    authorityKeyId: read(oid.authorityKeyIdentifier, parseAuthorityKeyId),
    policies: read(oid.certificatePolicies, parsePolicies) ?? [],
    unsupportedCritical: extensions.filter((e) => e.critical && !processed.has(e.oid)).map((e) => e.oid),
  };
}

function parseBasicConstraints(value: Uint8Array): { isCa: boolean; pathLength: number | undefined } {
  const reader = DerReader.of(value, 'basic constraints');
  const flag = reader.optional(tag.boolean);
  if (flag !== undefined && flag.content[0] === 0)
    throw new PkiError('EXTENSION_MALFORMED', 'default value is encoded', { entry: 'basic constraints' });
  const isCa = flag !== undefined;
  const pathLength = reader.more ? reader.number() : undefined;
  reader.end();
  if (pathLength !== undefined && (pathLength < 0 || !isCa))
    throw new PkiError('EXTENSION_MALFORMED', 'bad path length', { entry: 'basic constraints' });
  return { isCa, pathLength };
}

function parseOids(value: Uint8Array): readonly string[] {
  const reader = DerReader.of(value, 'extended key usage');
  const oids: string[] = [];
  do oids.push(reader.oid());
  while (reader.more);
  return oids;
}

function parsePolicies(value: Uint8Array): readonly string[] {
  const reader = DerReader.of(value, 'certificate policies');
  const oids: string[] = [];
  do {
    const policy = reader.enter();
    oids.push(policy.oid());
    policy.optional(tag.sequence);
    policy.end();
  } while (reader.more);
  return oids;
}

function parseOctets(value: Uint8Array): Uint8Array {
  const node = parseDer(value);
  if (node.tag !== tag.octetString) throw new DerError('UNEXPECTED_TAG', 'key identifier is not octets');
  return node.content;
}

function parseAuthorityKeyId(value: Uint8Array): Uint8Array | undefined {
  const reader = DerReader.of(value, 'authority key identifier');
  const keyId = reader.optional(tag.primitive(0))?.content;
  reader.optional(tag.constructed(1));
  reader.optional(tag.primitive(2));
  reader.end();
  return keyId;
}
