import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseTrustFile } from '#shared/verify/trust-anchors';
import { type Acknowledged, nothingAcknowledged } from './acknowledged.ts';
import { checkKept, checkVisible } from './check-kept.ts';
import { ClientLife } from './client-life.ts';
import { type KilledService, killedService } from './killed-service.ts';

const CLIENTS = 8;
/** Long enough for several seals, short enough that most kills fall into one. */
const LONGEST_LIFE_MS = 2000;
const LONGEST_START_MS = 1500;
const KILLED_WHILE_STARTING = 0.15;
/** Until every upload has come to its end after the last restart. */
const LAST_LIMIT_MS = 240_000;

export interface KillRun {
  readonly kills: number;
  /** One line for each thing that was acknowledged and is gone, half done or wrong. */
  readonly lost: readonly string[];
  readonly acknowledged: Acknowledged;
}

export interface KillRunOptions {
  readonly kills: number;
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
  try {
    return await runOn(service, options);
  } finally {
    await service.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function runOn(
  service: KilledService,
  { kills, onKill = () => {}, beforeCheck = async () => {} }: KillRunOptions,
): Promise<KillRun> {
  const acknowledged = nothingAcknowledged();
  const lost: string[] = [];
  const { url } = await service.start();
  const trustFile = await (await fetch(`${url}/trust`)).text();
  const lives = Array.from({ length: CLIENTS }, () => new ClientLife(service, acknowledged));
  for (const life of lives) await life.pair();
  let over = false;
  const working = lives.map((life) =>
    life.run(() => over).catch((error: unknown) => void lost.push(String(error))),
  );
  const visible = new Set<string>();
  for (let count = 1; count <= kills; count++) {
    await sleep(Math.random() * LONGEST_LIFE_MS);
    await service.kill();
    onKill(count);
    if (count < kills && Math.random() < KILLED_WHILE_STARTING) {
      await service.killWhileStarting(Math.random() * LONGEST_START_MS);
      onKill(++count);
    }
    lost.push(...(await checkVisible(service.dataDir, parseTrustFile(trustFile), visible)));
    await service.start();
  }
  over = true;
  const limit = sleep(LAST_LIMIT_MS, 'late' as const, { ref: false });
  if ((await Promise.race([Promise.all(working), limit])) === 'late')
    lost.push('some upload has come to no end');
  await service.stop();
  await beforeCheck(service.dataDir);
  lost.push(...(await checkVisible(service.dataDir, parseTrustFile(trustFile), new Set())));
  lost.push(...(await checkKept(service.dataDir, trustFile, acknowledged)));
  return { kills, lost, acknowledged };
}
