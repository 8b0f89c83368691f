import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseTrustFile } from '#shared/verify/trust-anchors';
import { createDataKeys } from '../../server/store/data-keys.ts';
import { evidenceBlobs } from '../../server/store/evidence-blobs.ts';
import { fileMasterKey } from '../../server/store/file-master-key.ts';
import type { MasterKey } from '../../server/store/master-key.ts';
import {
  type Acknowledged,
  type AcknowledgedCounts,
  countAcknowledged,
  nothingAcknowledged,
} from './acknowledged.ts';
import { checkKept, checkVisible } from './check-kept.ts';
import { ClientLife } from './client-life.ts';
import { killMoment } from './kill-moment.ts';
import { type KillStore, killStores } from './kill-store.ts';
import { type KilledService, killedService } from './killed-service.ts';

const CLIENTS = 8;
const LONGEST_START_MS = 1500;
const KILLED_WHILE_STARTING = 0.15;
/** Until every upload has come to its end after the last restart. */
const LAST_LIMIT_MS = 240_000;

export interface KillRun {
  readonly kills: number;
  /** One line for each thing that was acknowledged and is gone, half done or wrong. */
  readonly lost: readonly string[];
  readonly acknowledged: Acknowledged;
  /** What had been acknowledged when the last kill came. */
  readonly betweenKills: AcknowledgedCounts;
}

export interface KillRunOptions {
  readonly kills: number;
  /** Where the metadata are kept. */
  readonly store?: keyof typeof killStores;
  /** Whether evidence is encrypted at rest. */
  readonly encrypted?: boolean;
  /** Called after each kill. */
  readonly onKill?: (count: number) => void;
  /** Called on the data directory of the stopped service, before anything is looked for. */
  readonly beforeCheck?: (dataDir: string) => Promise<void>;
}

/**
 * Clients work on one service while it is killed and started again; then everything it has acknowledged is looked for.
 */
export async function killRun(options: KillRunOptions): Promise<KillRun> {
  const dataDir = await mkdtemp(join(tmpdir(), 'kill-'));
  const service = killedService(dataDir);
  const store = await killStores[options.store ?? 'sqlite'](dataDir);
  try {
    const master = options.encrypted === true ? await encrypted(dataDir) : undefined;
    return await runOn(service, store, options, master);
  } finally {
    await service.stop();
    await store.remove();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Configures encryption beside what is configured. */
async function encrypted(dataDir: string): Promise<MasterKey> {
  const [path, keyFile] = ['config.json', 'master.key'].map((name) => join(dataDir, name)) as [
    string,
    string,
  ];
  const before = await readFile(path, 'utf8').catch(() => '{}');
  const encryption = { masterKey: { provider: 'file', keyFile } };
  await writeFile(path, JSON.stringify({ ...JSON.parse(before), encryption }));
  return fileMasterKey(keyFile, true);
}

async function runOn(
  service: KilledService,
  store: KillStore,
  { kills, onKill = () => {}, beforeCheck = async () => {} }: KillRunOptions,
  master: MasterKey | undefined,
): Promise<KillRun> {
  const acknowledged = nothingAcknowledged();
  const lost: string[] = [];
  const { url } = await service.start();
  const trustFile = await (await fetch(`${url}/trust`)).text();
  const lives = Array.from({ length: CLIENTS }, (_, nth) => new ClientLife(service, acknowledged, nth));
  for (const life of lives) await life.pair();
  let over = false;
  const working = lives.map((life) =>
    life.run(() => over).catch((error: unknown) => void lost.push(String(error))),
  );
  const lookAtVisible = async (known: Set<string>) => {
    const anchors = parseTrustFile(trustFile);
    if (master === undefined) return lost.push(...(await checkVisible(service.dataDir, anchors, known)));
    const db = await store.open();
    try {
      const evidence = evidenceBlobs(join(service.dataDir, 'service'), createDataKeys(db), master);
      return lost.push(...(await checkVisible(service.dataDir, anchors, known, evidence)));
    } finally {
      await db.destroy();
    }
  };
  const visible = new Set<string>();
  for (let count = 1; count <= kills; count++) {
    await killMoment(acknowledged);
    await service.kill();
    onKill(count);
    if (count < kills && Math.random() < KILLED_WHILE_STARTING) {
      await service.killWhileStarting(Math.random() * LONGEST_START_MS);
      onKill(++count);
    }
    await lookAtVisible(visible);
    await service.start();
  }
  const betweenKills = countAcknowledged(acknowledged);
  over = true;
  const limit = sleep(LAST_LIMIT_MS, 'late' as const, { ref: false });
  if ((await Promise.race([Promise.all(working), limit])) === 'late')
    lost.push('some upload has come to no end');
  await service.stop();
  await beforeCheck(service.dataDir);
  await lookAtVisible(new Set());
  lost.push(...(await checkKept(service.dataDir, store, trustFile, acknowledged, master)));
  return { kills, lost, acknowledged, betweenKills };
}
