import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toUtf8 } from '#shared/lib/utf8';
import { type CheckedLog, type CheckOptions, checkWholeLog } from '#shared/log/check-whole-log';
import { nodePorts } from '../../store/node-ports.ts';
import { folderSource } from '../folder-source.ts';
import { type LogOptions, openLog, type TransparencyLog } from '../open-log.ts';

export const testOrigin = 'log.example/evidence';

/** A fresh folder and what removes it. */
export async function temporaryFolder(): Promise<{ dir: string; remove: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'tiezheng-log-'));
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}

export function openTestLog(dir: string, options: Partial<LogOptions> = {}): Promise<TransparencyLog> {
  return openLog(dir, { origin: testOrigin, now: () => new Date(), ...options });
}

/** Checks the whole log in `dir` from its static files. */
export function checkTestLog(
  dir: string,
  vkey: string,
  options: Partial<CheckOptions> = {},
): Promise<CheckedLog> {
  return checkWholeLog(nodePorts, folderSource(join(dir, 'public')), {
    trust: { logKeys: [vkey] },
    ...options,
  });
}

export function testLeaf(n: number | string): Uint8Array {
  return toUtf8(`leaf ${n}\n`);
}
