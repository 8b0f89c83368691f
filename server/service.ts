import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import { toUtf8 } from '#shared/lib/utf8';
import { ACCESS_ROOT } from './ask-local.ts';
import { defaultLimits } from './config/limits-section.ts';
import { defaultSecondLook } from './config/second-look-section.ts';
import type { ServiceConfig } from './config.ts';
import { createSealer } from './create-sealer.ts';
import { createDisposers } from './disposers.ts';
import { createEvidenceThread } from './evidence/evidence-thread.ts';
import { createApp } from './http/create-app.ts';
import { openPages } from './http/open-pages.ts';
import { openAdminToken } from './identity/admin-token.ts';
import { type Invitation, inviteFirstAdministrator } from './identity/invitations.ts';
import { createOidcClient } from './identity/oidc.ts';
import { createUploadFinisher } from './intake/finish-upload.ts';
import { createHousekeeping } from './intake/housekeeping.ts';
import type { IntakeContext } from './intake/intake-context.ts';
import { createJobWorker, type JobWorker } from './intake/job-worker.ts';
import { openKnownBuilds } from './intake/known-builds.ts';
import { removeTemporaries } from './intake/remove-temporaries.ts';
import { type NameResolver, nameResolver } from './intake/resolve-names.ts';
import { sparingLog } from './intake/sparing-log.ts';
import { secondLookTaker } from './intake/take-second-look.ts';
import { type ListeningAt, listenOn } from './listen.ts';
import type { FatalLogError } from './log/fatal-log-error.ts';
import type { TransparencyLog } from './log/open-log.ts';
import { resumableLog } from './log/resumable-log.ts';
import type { WitnessError } from './log/witness-error.ts';
import { openEncryption } from './open-encryption.ts';
import { openTls } from './open-tls.ts';
import { publishAnchors } from './published-anchors.ts';
import { sealStepsOf } from './seal/seal-steps.ts';
import type { SealStep } from './seal/seal-work.ts';
import { ANCHORS_FILE, openServiceLog } from './service-log.ts';
import { takeDataLock } from './store/data-lock.ts';
import { writeDurable } from './store/durable-file.ts';
import { evidenceBlobs } from './store/evidence-blobs.ts';
import { createSpaceGuard } from './store/free-space.ts';
import type { MasterKey } from './store/master-key.ts';
import { nodePorts } from './store/node-ports.ts';
import { openMetadata } from './store/open-metadata.ts';
import { createStore } from './store/store.ts';
import type { StoreError } from './store/store-error.ts';
import { openAccessAuthority } from './trust/access-authority.ts';
import { collectStamps } from './trust/collect-stamps.ts';
import { rotateIfDue } from './trust/trial-identity.ts';
import { openTrust, type Trust } from './trust/trust.ts';
import { anchorBlocks } from './trust-file.ts';
import { version } from './version.ts';

/** Where the set-up builds the pages. */
const PAGES = fileURLToPath(new URL('../dist/portal', import.meta.url));
const HOUR_MS = 3_600_000;
const EVENT_STREAM_MS = 10 * 60_000;

export interface ServiceOptions extends ServiceConfig {
  now(): Date;
  /** Instead of the steps that are run; a test wraps them. */
  readonly sealSteps?: readonly SealStep[];
  readonly logger?: FastifyServerOptions['logger'];
  /** The log stopped for good: end the process, the next start recovers. */
  readonly onFatal?: (error: FatalLogError) => void;
  /** Another process may take the database from now on: end the process, the next start takes it anew. */
  readonly onDatabaseLost?: (error: StoreError) => void;
  /** A witness did not cosign; it is asked again. */
  readonly onWitnessFailure?: (error: WitnessError) => void;
}

export interface Service {
  readonly app: FastifyInstance;
  /** Takes up what a killed process left, then accepts connections. */
  listen(): Promise<ListeningAt>;
  /** The one-time invitation of the first administrator, while nobody can sign in as one. */
  inviteAdministrator(): Promise<Invitation | undefined>;
  /** Finishes running requests and the running job, then closes everything. May be called twice. */
  close(): Promise<void>;
}

/**
 * Opens everything below `<dataDir>/service/`, making keys, certificates, log and database on first start.
 * @throws DataLockError DATA_DIR_IN_USE; TrustError; EncryptionError; FatalLogError
 */
export async function createService(options: ServiceOptions): Promise<Service> {
  const disposers = createDisposers();
  try {
    return await open(options, disposers);
  } catch (error) {
    await disposers.dispose().catch(() => undefined);
    throw error;
  }
}

async function open(
  options: ServiceOptions,
  disposers: ReturnType<typeof createDisposers>,
): Promise<Service> {
  const root = join(options.dataDir, 'service');
  // Names of cases and devices, keys and tokens: for the owner only.
  await mkdir(root, { recursive: true, mode: 0o700 });
  const lock = await takeDataLock(join(root, 'lock'));
  disposers.add(() => lock.release());
  const { organisation, now } = options;
  const rotated = await rotateIfDue(join(root, 'trust'), { organisation, nowMs: now().getTime() });
  const trust = await openTrust(join(root, 'trust'), { organisation, now, ...options.trust });
  disposers.add(() => trust.close());
  const { onDatabaseLost = () => undefined } = options;
  const database = await openMetadata(join(root, 'service.db'), options.database, onDatabaseLost);
  disposers.add(() => database.destroy());
  const store = createStore(database);
  // Before anything is written: with the wrong key nothing may be.
  const master = await openEncryption(options.encryption, store.dataKeys);
  disposers.add(() => master?.close());
  await store.organisations.nameOperator(options.organisation);
  const opened = await openServiceLog(root, trust, { ...options, ...options.log });
  const log = resumableLog(opened, store.pendingLeaves);
  disposers.add(() => log.close());
  const intake = await intakeContext(root, store, trust, log, { ...options, master });
  const steps = options.sealSteps ?? sealStepsOf(trust);
  const witnessKeys = options.log.witnesses.map(({ vkey }) => vkey);
  const published = await publishAnchors(
    join(root, ANCHORS_FILE),
    anchorBlocks(trust, log, witnessKeys),
    now(),
  );
  const worker: JobWorker = createJobWorker(
    intake,
    createSealer({
      tasks: intake.tasks,
      trust,
      log,
      witnessKeys,
      earlierAnchors: published.anchors,
      steps,
      now: options.now,
      systemName: options.systemName,
      version,
    }),
    (id, error) => app.log.error({ package: id, err: error }, 'package set aside'),
  );
  const uploads = createUploadFinisher(intake, worker.wake);
  const access = await openAccessAuthority(join(root, 'access'), { organisation, now });
  await writeDurable(join(root, ACCESS_ROOT), toUtf8(access.root));
  const { tls: secured } = options.listening;
  const tls =
    secured === undefined
      ? undefined
      : await openTls({ ...options.listening, tls: secured }, access, (error) =>
          app.log.error({ err: error }, 'the server certificate was not renewed'),
        );
  disposers.add(() => tls?.stop());
  const app = await createApp(
    {
      version,
      organisation: options.organisation,
      intake,
      uploads,
      secondLook: secondLookTaker(intake, options.secondLook ?? defaultSecondLook),
      log,
      trust,
      maxUploadBytes: options.maxUploadBytes,
      limits: options.limits ?? defaultLimits,
      adminToken: await openAdminToken(join(root, 'admin.token')),
      trustFile: published.text,
      eventStreamMs: EVENT_STREAM_MS,
      sealSteps: steps.map(({ name }) => name),
      hosts: options.listening.names,
      origins: options.origins,
      trustedProxies: options.trustedProxies ?? [],
      knownBuilds: await openKnownBuilds(options.knownBuilds ?? []),
      names: resolversOf(options.nameResolution),
      publicUrl: options.publicUrl,
      oidc: options.oidc === undefined ? undefined : createOidcClient(options.oidc),
      pages: await openPages(PAGES),
      access,
    },
    { logger: options.logger ?? false, ...(tls === undefined ? {} : { serverFactory: tls.serverFactory }) },
  );
  const housekeeping = createHousekeeping(intake, uploads, {
    expiryMs: options.uploadExpiryHours * HOUR_MS,
    onError: (error) => app.log.error({ err: error }, 'housekeeping failed'),
  });
  if (rotated !== undefined)
    app.log.warn({ replaced: rotated }, 'certificates were about to run out: publish the trust file anew');
  disposers.add(() => worker.stop());
  disposers.add(() => housekeeping.stop());
  disposers.add(() => app.close());
  return {
    app,
    async listen() {
      await intake.store.jobs.releaseAll();
      await removeTemporaries(intake.folders);
      await uploads.recover();
      const listening = await listenOn(app, options);
      worker.start();
      housekeeping.start();
      return listening;
    },
    inviteAdministrator: () => inviteFirstAdministrator(intake),
    close: () => disposers.dispose(),
  };
}

function resolversOf(allowed: ServiceConfig['nameResolution']): NameResolver[] {
  if (allowed?.enabled !== true) return [];
  return allowed.servers.length === 0 ? [nameResolver(undefined)] : allowed.servers.map(nameResolver);
}

async function intakeContext(
  root: string,
  store: IntakeContext['store'],
  trust: Trust,
  log: TransparencyLog,
  { now, minFreeBytes, gapAfterHours, master }: ServiceOptions & { readonly master: MasterKey | undefined },
): Promise<IntakeContext> {
  const folders = {
    incoming: join(root, 'incoming'),
    work: join(root, 'work'),
    refused: join(root, 'refused'),
    packages: join(root, 'packages'),
  };
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
  // Challenges and anchors are waited for by people: whichever authority answers first will do.
  const stamper = {
    stamp: async (digest: Uint8Array) => {
      const [first] = await collectStamps(trust.authorities, digest);
      if (first === undefined) throw new TypeError('no time-stamp authority');
      return first.token;
    },
  };
  const space = createSpaceGuard(root, minFreeBytes);
  const sparing = sparingLog(log, space);
  const gapAfterMs = gapAfterHours * HOUR_MS;
  const { signer } = trust;
  const evidence = evidenceBlobs(root, store.dataKeys, master);
  return {
    store,
    ports: nodePorts,
    tasks: createEvidenceThread(),
    log: sparing,
    stamper,
    signer,
    folders,
    evidence,
    space,
    gapAfterMs,
    now,
  };
}
