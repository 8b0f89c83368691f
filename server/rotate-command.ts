import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { parseCertificate } from '#shared/pki/certificate';
import { toPem } from '#shared/pki/pem';
import { readConfig, type ServiceConfig } from './config.ts';
import { ConfigError } from './config-error.ts';
import { logOriginOf } from './log/log-origin.ts';
import { logSigner } from './log/log-signer.ts';
import { nextLogKey, rotateLogKey } from './log/rotate-log-key.ts';
import { publishAnchors } from './published-anchors.ts';
import { rotateMasterKey } from './rotate-master-key.ts';
import { ANCHORS_FILE, openServiceLog } from './service-log.ts';
import { takeDataLock } from './store/data-lock.ts';
import { type RotationScope, rotateTrialIdentities } from './trust/trial-identity.ts';
import { openTrust, type Trust } from './trust/trust.ts';
import { anchorBlocks } from './trust-file.ts';

const usage = `tiezheng rotate-keys [--signing | --authorities] [--log] [--master-key] [--announce-log-key] [--data DIR] [--config FILE]

Replaces keys of a service that is not running. Packages sealed before stay valid: what they were made with stays in
the published trust file. Old private keys are deleted.
  --signing           new keys for signing, OCSP and the built-in time-stamps, under the same roots
  --authorities       new roots as well
  --log               a new key for the log; the log goes on
  --master-key        wraps the keys of encrypted evidence by encryption.masterKey instead of
                      encryption.previousMasterKey; the evidence itself is not written again
  --announce-log-key  only prints the verifier key the next --log will use: give it to the witnesses before
`;

const flags = [
  '--signing',
  '--authorities',
  '--log',
  '--master-key',
  '--announce-log-key',
  '--help',
] as const;
type Flag = (typeof flags)[number];

/**
 * `tiezheng rotate-keys`.
 * @returns exit code: 0 done, 2 wrong usage.
 * @throws ConfigError, DataLockError DATA_DIR_IN_USE, TrustError, FatalLogError, StoreError, EncryptionError
 */
export async function runRotateKeys(argv: readonly string[]): Promise<number> {
  const given = new Set(
    argv.filter((argument): argument is Flag => (flags as readonly string[]).includes(argument)),
  );
  const wrong = given.size === 0 || (given.has('--signing') && given.has('--authorities'));
  if (given.has('--help') || wrong) {
    (wrong ? process.stderr : process.stdout).write(usage);
    return wrong ? 2 : 0;
  }
  const config = readConfig(
    argv.filter((argument) => !(flags as readonly string[]).includes(argument)),
    process.env,
  );
  const root = join(config.dataDir, 'service');
  await requireService(root);
  const lock = await takeDataLock(join(root, 'lock'));
  try {
    const lines = given.has('--announce-log-key') ? await announce(root) : await rotate(root, config, given);
    process.stdout.write(`${lines.join('\n')}\n`);
    return 0;
  } finally {
    lock.release();
  }
}

async function requireService(root: string): Promise<void> {
  await access(join(root, 'trust', 'trial')).catch((cause: unknown) => {
    throw new ConfigError('FILE_UNREADABLE', `${root} holds no service`, { entry: root, cause });
  });
}

async function announce(root: string): Promise<string[]> {
  const origin = await requireOrigin(root);
  const { vkey } = logSigner(origin, await nextLogKey(nextKeyFile(root)));
  return [vkey, 'Give this verifier key to every witness, then run rotate-keys --log.'];
}

/**
 * What is in use is recorded before it is replaced, what replaces it before anything is made with it. A kill in
 * between leaves the old or the new; the next start, or this command again, goes on.
 */
async function rotate(root: string, config: ServiceConfig, given: ReadonlySet<Flag>): Promise<string[]> {
  const scope: RotationScope | undefined = given.has('--authorities')
    ? 'authorities'
    : given.has('--signing')
      ? 'signing'
      : undefined;
  if (given.has('--log')) await requireAnnounced(root, config);
  const lines = given.has('--master-key') ? [await rotateMasterKey(root, config)] : [];
  if (scope === undefined && !given.has('--log')) return lines;
  await publish(root, config);
  const { organisation } = config;
  if (scope !== undefined)
    await rotateTrialIdentities(join(root, 'trust'), scope, { organisation, nowMs: Date.now() });
  if (given.has('--log'))
    await rotateLogKey(join(root, 'log'), {
      origin: await requireOrigin(root),
      nextKeyFile: nextKeyFile(root),
    });
  return [...lines, ...(await publish(root, config))];
}

/** A witness that does not know the new key would stop the service. */
async function requireAnnounced(root: string, { log }: ServiceConfig): Promise<void> {
  if (log.witnesses.length === 0) return;
  await access(nextKeyFile(root)).catch((cause: unknown) => {
    const message = 'the witnesses must know the new log key first: run rotate-keys --announce-log-key';
    throw new ConfigError('LOG_KEY_NOT_ANNOUNCED', message, { cause });
  });
}

/** Opens everything as the service does, records it as published, and says what it is. */
async function publish(root: string, config: ServiceConfig): Promise<string[]> {
  const now = () => new Date();
  const { organisation, log: witnessed } = config;
  const trust = await openTrust(join(root, 'trust'), { organisation, now, ...config.trust });
  try {
    const log = await openServiceLog(root, trust, { now, ...witnessed });
    await log.close();
    const witnessKeys = witnessed.witnesses.map(({ vkey }) => vkey);
    await publishAnchors(join(root, ANCHORS_FILE), anchorBlocks(trust, log, witnessKeys), now());
    return [
      ...describe(trust),
      `log key  ${log.vkey}`,
      'Publish the trust file anew: GET /trust of the service.',
    ];
  } finally {
    await trust.close();
  }
}

function describe({ ca, signer, authorities }: Trust): string[] {
  const line = (what: string, der: Uint8Array) => {
    const { subject, notAfter } = parseCertificate(der);
    const digest = sha256Hex(toUtf8(toPem('CERTIFICATE', der)));
    return `${what}  ${subject.commonName}, until ${new Date(notAfter).toISOString().slice(0, 10)}, SHA-256 of the PEM file ${digest}`;
  };
  return [
    line('signer', signer.certificate),
    line('its root', ca),
    ...authorities.flatMap(({ roots }) => roots.map((root) => line('time-stamp root', root))),
  ];
}

async function requireOrigin(root: string): Promise<string> {
  const origin = await logOriginOf(join(root, 'log'));
  if (origin !== undefined) return origin;
  throw new ConfigError('FILE_UNREADABLE', `${root} holds no log`, { entry: root });
}

function nextKeyFile(root: string): string {
  return join(root, 'trust', 'next-log.key');
}
