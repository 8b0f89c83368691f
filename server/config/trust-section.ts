import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { CodedError } from '#shared/lib/errors';
import { parsePem } from '#shared/pki/pem';
import { ConfigError } from '../config-error.ts';
import type { TrustOptions } from '../trust/trust.ts';
import { tokenSection } from './token-section.ts';
import { httpUrl, longText } from './values.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** Where the signing key is: a PEM file of the operator's, or a PKCS#11 token. */
const keysSchema = v.variant('provider', [
  v.strictObject({ provider: v.literal('pem'), keyFile: longText }),
  tokenSection,
]);

/** The operator's own certificate instead of one of the built-in authority. */
const certificatesSchema = v.strictObject({
  /** PEM file: the signer's certificate first, the root among the others. */
  chain: longText,
  ocspUrl: httpUrl,
  /** URL or file. */
  crl: longText,
});

const timeStampsSchema = v.pipe(
  v.strictObject({
    services: v.pipe(
      v.array(
        v.strictObject({
          name: v.pipe(longText, v.maxLength(100)),
          url: httpUrl,
          /** PEM file: certificates its tokens must chain to. */
          roots: longText,
          /** PEM file: certificates between, which the service leaves out of its tokens. */
          intermediates: v.optional(longText),
          timeoutSeconds: v.optional(v.pipe(count, v.maxValue(120))),
          attempts: v.optional(v.pipe(count, v.maxValue(10))),
        }),
      ),
      v.minLength(2, 'name at least two services: one that fails must not stop the sealing'),
    ),
    /** How many of them must stamp each seal. */
    required: v.optional(count, 1),
  }),
  v.check(({ services, required }) => required <= services.length, 'required exceeds the services'),
  v.check(
    ({ services }) =>
      [services.map(({ url }) => url), services.map(({ name }) => name)].every(
        (values) => new Set(values).size === services.length,
      ),
    'a service is named twice',
  ),
);

/** Members of the configuration file that say what seals are made with. */
export const trustEntries = {
  keys: v.optional(keysSchema),
  certificates: v.optional(certificatesSchema),
  timeStamps: v.optional(timeStampsSchema),
  /** SM2 signatures and an SM3 manifest beside the others. */
  sm2: v.optional(v.strictObject({ keyFile: longText })),
};
type TrustConfig = v.InferOutput<v.StrictObjectSchema<typeof trustEntries, undefined>>;

/** What `openTrust` takes from the configuration. */
export type ConfiguredTrust = Pick<
  TrustOptions,
  'signing' | 'timeStampServices' | 'requiredTimeStamps' | 'sm2KeyFile'
>;

/**
 * Reads the files the configuration names; their paths are relative to the folder of the configuration file.
 * @throws ConfigError VALUE_MALFORMED, FILE_UNREADABLE; `entry` is the member.
 */
export function configuredTrust(configFile: string, config: TrustConfig): ConfiguredTrust {
  const { keys, certificates, timeStamps, sm2 } = config;
  const at = (path: string) => resolve(dirname(configFile), path);
  if (certificates !== undefined && keys === undefined)
    throw new ConfigError('VALUE_MALFORMED', 'certificates without keys', { entry: 'keys' });
  if (keys?.provider === 'pem' && certificates === undefined)
    throw new ConfigError('VALUE_MALFORMED', 'a key file without its certificates', {
      entry: 'certificates',
    });
  return {
    ...(keys === undefined
      ? {}
      : { signing: { key: keyOptions(keys, at), ...certificateOptions(certificates, at) } }),
    ...(timeStamps === undefined
      ? {}
      : {
          timeStampServices: timeStamps.services.map((service, n) => serviceOptions(service, n, at)),
          requiredTimeStamps: timeStamps.required,
        }),
    ...(sm2 === undefined ? {} : { sm2KeyFile: at(sm2.keyFile) }),
  };
}

type PathOf = (path: string) => string;

function keyOptions(keys: NonNullable<TrustConfig['keys']>, at: PathOf) {
  if (keys.provider === 'pem') return { ...keys, keyFile: at(keys.keyFile) };
  return { ...keys, module: at(keys.module), pinFile: at(keys.pinFile) };
}

function certificateOptions(certificates: TrustConfig['certificates'], at: PathOf) {
  if (certificates === undefined) return {};
  const { chain, ocspUrl, crl } = certificates;
  return {
    certificate: {
      chain: readCertificates(at(chain), 'certificates.chain'),
      ocspUrl,
      crl: /^https?:\/\//.test(crl) ? crl : at(crl),
    },
  };
}

function serviceOptions(
  {
    roots,
    intermediates,
    timeoutSeconds,
    attempts,
    ...service
  }: NonNullable<TrustConfig['timeStamps']>['services'][number],
  n: number,
  at: PathOf,
) {
  const entry = `timeStamps.services.${n}`;
  return {
    ...service,
    roots: readCertificates(at(roots), `${entry}.roots`),
    ...(intermediates === undefined
      ? {}
      : { intermediates: readCertificates(at(intermediates), `${entry}.intermediates`) }),
    ...(timeoutSeconds === undefined ? {} : { timeoutMs: timeoutSeconds * 1000 }),
    ...(attempts === undefined ? {} : { attempts }),
  };
}

/** DER of every certificate of a PEM file. */
function readCertificates(path: string, entry: string): Uint8Array[] {
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError('FILE_UNREADABLE', `${entry}: ${path} cannot be read`, { entry, cause });
  }
  try {
    const certificates = parsePem(content, 'CERTIFICATE');
    if (certificates.length > 0) return certificates;
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause;
    throw new ConfigError('VALUE_MALFORMED', `${entry}: ${path}: ${cause.message}`, { entry, cause });
  }
  throw new ConfigError('VALUE_MALFORMED', `${entry}: ${path} holds no certificate in PEM form`, { entry });
}
