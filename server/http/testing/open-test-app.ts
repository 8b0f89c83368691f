import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import { defaultLimits, type Limits } from '../../config/limits-section.ts';
import { evidenceHere } from '../../evidence/evidence-here.ts';
import { createUploadFinisher } from '../../intake/finish-upload.ts';
import type { IntakeContext } from '../../intake/intake-context.ts';
import { openKnownBuilds } from '../../intake/known-builds.ts';
import { sparingLog } from '../../intake/sparing-log.ts';
import { secondLookTaker } from '../../intake/take-second-look.ts';
import { openLog, type TransparencyLog } from '../../log/open-log.ts';
import type { Database } from '../../store/database.ts';
import { evidenceBlobs } from '../../store/evidence-blobs.ts';
import { fileMasterKey } from '../../store/file-master-key.ts';
import { createSpaceGuard } from '../../store/free-space.ts';
import { nodePorts } from '../../store/node-ports.ts';
import { createStore, type Store } from '../../store/store.ts';
import { openAccessAuthority } from '../../trust/access-authority.ts';
import { openTrust, type Trust } from '../../trust/trust.ts';
import type { LookAtHost } from '../../witness/look-at-host.ts';
import { createApp } from '../create-app.ts';
import type { HttpContext } from '../http-context.ts';
import { checkAnswers } from './check-answers.ts';
import { openTestDatabase } from './open-test-database.ts';

export interface TestApp {
  readonly app: FastifyInstance;
  readonly intake: IntakeContext;
  readonly database: Database;
  readonly trust: Trust;
  readonly log: TransparencyLog;
  readonly adminToken: string;
  /** Packages whose last byte has been stored, in that order. */
  readonly received: string[];
  /** `ahead`: milliseconds the service's clock runs ahead of the real one. */
  readonly clock: { ahead: number };
  /** What the service believes to be left of its disk, in bytes; uploads are refused below 1,000,000. */
  readonly disk: { free: number };
  /** Listens on a free port; the URL. */
  listen(): Promise<string>;
  pairingCode(): Promise<string>;
  close(): Promise<void>;
}

const MIN_FREE = 1_000_000;

let sharedTrust: Promise<Trust> | undefined;

/** RSA keys take half a second to make: one authority serves all apps of a test file. */
async function trialTrust(): Promise<Trust> {
  const folder = await mkdtemp(join(tmpdir(), 'app-trust-'));
  try {
    return await openTrust(folder, { organisation: '测试机构', now: () => new Date() });
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The HTTP edge over real store, log and trust in a temporary folder; no worker takes its jobs. */
export async function openTestApp(
  options: Partial<
    Pick<
      HttpContext,
      | 'maxUploadBytes'
      | 'eventStreamMs'
      | 'names'
      | 'knownBuilds'
      | 'trustedProxies'
      | 'publicUrl'
      | 'oidc'
      | 'pages'
    >
  > & {
    readonly lookAtHost?: LookAtHost;
    /** Whether evidence is encrypted at rest. */
    readonly encrypted?: boolean;
    readonly logger?: FastifyServerOptions['logger'];
    readonly limits?: Partial<Limits>;
  } = {},
): Promise<TestApp> {
  const root = await mkdtemp(join(tmpdir(), 'app-'));
  const clock = { ahead: 0 };
  const disk = { free: Number.POSITIVE_INFINITY };
  const now = () => new Date(Date.now() + clock.ahead);
  const adminToken = 'ad'.repeat(32);
  const received: string[] = [];
  sharedTrust ??= trialTrust();
  const trust = await sharedTrust;
  const log = await openLog(join(root, 'log'), { origin: 'tiezheng/test', now });
  const database = await openTestDatabase(join(root, 'service.db'));
  const intake = await testIntake(root, createStore(database), trust, log, {
    now,
    disk,
    encrypted: options.encrypted === true,
  });
  const uploads = createUploadFinisher(intake, (id) => received.push(id));
  const app = await createApp(
    {
      version: '0.0.0',
      organisation: trust.organisation,
      intake,
      uploads,
      secondLook: secondLookTaker(
        intake,
        { enabled: options.lookAtHost !== undefined, timeoutSeconds: 5 },
        options.lookAtHost,
      ),
      log,
      trust,
      maxUploadBytes: options.maxUploadBytes ?? 2 ** 30,
      limits: { ...defaultLimits, ...options.limits },
      adminToken,
      trustFile: `${log.vkey}\n`,
      eventStreamMs: options.eventStreamMs ?? 20,
      sealSteps: ['one', 'two'],
      hosts: ['evidence.example'],
      origins: ['https://portal.example'],
      trustedProxies: options.trustedProxies ?? [],
      knownBuilds: options.knownBuilds ?? (await openKnownBuilds([])),
      names: options.names ?? [],
      publicUrl: options.publicUrl,
      oidc: options.oidc,
      pages: options.pages,
      access: await openAccessAuthority(join(root, 'access'), { organisation: trust.organisation, now }),
    },
    { logger: options.logger ?? false },
    checkAnswers,
  );
  return {
    app,
    intake,
    database,
    trust,
    log,
    adminToken,
    received,
    clock,
    disk,
    listen: () => app.listen({ host: '127.0.0.1', port: 0 }),
    async pairingCode() {
      const headers = { authorization: `Bearer ${adminToken}` };
      const answer = await app.inject({ method: 'POST', url: '/api/v1/pairing-codes', headers });
      return answer.json().code;
    },
    async close() {
      await app.close();
      await log.close();
      await database.destroy();
      await rm(root, { recursive: true });
    },
  };
}

async function testIntake(
  root: string,
  store: Store,
  trust: Trust,
  log: TransparencyLog,
  { now, disk, encrypted }: { now: () => Date; disk: { free: number }; encrypted: boolean },
): Promise<IntakeContext> {
  const folders = {
    incoming: join(root, 'incoming'),
    work: join(root, 'work'),
    refused: join(root, 'refused'),
    packages: join(root, 'packages'),
  };
  for (const folder of Object.values(folders)) await mkdir(folder, { recursive: true });
  const [stamper] = trust.authorities;
  if (stamper === undefined) throw new Error('the trial authority stamps');
  const space = createSpaceGuard(root, MIN_FREE, async () => disk.free);
  const sparing = sparingLog(log, space);
  const master = encrypted ? await fileMasterKey(join(root, 'master.key'), true) : undefined;
  return {
    ...{ store, ports: nodePorts, log: sparing, stamper, signer: trust.signer, folders, space, now },
    tasks: evidenceHere,
    evidence: evidenceBlobs(root, store.dataKeys, master),
    gapAfterMs: 3_600_000,
  };
}
