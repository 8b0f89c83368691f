import { spawnSync } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seal } from '../../server/seal/seal.ts';
import { createTestSealer } from '../fixtures/test-seal.ts';
import type { Alteration } from './alterations.ts';
import { deriveFiles } from './derive-files.ts';

/** A package made now, as the service makes them, and what the tools need beside it. */
export interface Subject {
  readonly packagePath: string;
  readonly bytes: Uint8Array;
  readonly captureId: string;
  /** A folder the package, or an altered copy of it, is unzipped into; `environment` names the rest. */
  unzip(alteration?: Alteration): Promise<{ folder: string; environment: Record<string, string> }>;
}

/** Seals a bundle with new keys below `dir`, and compiles and sets up what the tools need. */
export async function makeSubject(dir: string): Promise<Subject> {
  const sealer = await createTestSealer(join(dir, 'service'));
  const work = await sealer.prepare('capture', { title: '𠮷野家 首页', url: 'https://shop.example/' });
  const { path } = await seal(work);
  await sealer.close();
  const bytes = new Uint8Array(await readFile(path));
  const shared = { NSS: join(dir, 'nss'), CLASSES: await compileJava(dir), CAPTURE: work.captureId };
  let count = 0;
  const unzip: Subject['unzip'] = async (alteration) => {
    const folder = join(dir, `unzipped-${count++}`);
    const packagePath = alteration === undefined ? path : join(dir, `altered-${count}.asice`);
    if (alteration !== undefined) await writeFile(packagePath, altered(bytes, alteration.at));
    await mkdir(folder);
    // A wrong CRC-32 is an exit status of unzip, and the file is there all the same.
    command('unzip', ['-q', '-o', packagePath, '-d', folder], [0, 2]);
    const bundle = join(folder, 'data', `${work.captureId}.wacz`);
    command('unzip', ['-q', '-o', bundle, 'evidence/*', '-d', join(folder, 'unpacked')], [0, 2]);
    await deriveFiles(folder);
    return { folder, environment: { ...shared, PACKAGE: packagePath } };
  };
  const { folder } = await unzip();
  await trustInNss(shared.NSS, join(folder, 'trust', 'ca.pem'));
  await rm(folder, { recursive: true });
  return { packagePath: path, bytes, captureId: work.captureId, unzip };
}

function altered(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

/** Debian's own jars; nothing is downloaded. */
const JARS = ['bcprov', 'bcutil', 'bcpkix'].map((name) => `/usr/share/java/${name}.jar`);

async function compileJava(dir: string): Promise<string> {
  const classes = join(dir, 'classes');
  await mkdir(classes);
  const source = join(import.meta.dirname, 'BouncyCastle.java');
  command('javac', ['-cp', JARS.join(':'), '-d', classes, source], [0], true);
  return [classes, ...JARS].join(':');
}

/** pdfsig trusts what an NSS database trusts. */
async function trustInNss(folder: string, root: string): Promise<void> {
  await mkdir(folder);
  command('certutil', ['-N', '-d', `sql:${folder}`, '--empty-password'], [0], true);
  command('certutil', ['-A', '-d', `sql:${folder}`, '-n', 'root', '-t', 'CT,C,C', '-i', root], [0], true);
}

/** @param optional a tool that is absent was reported already, and its checks are not run. */
function command(name: string, args: readonly string[], good: readonly number[], optional = false): void {
  const { status, stderr, error } = spawnSync(name, args, { encoding: 'utf8' });
  if (error !== undefined && optional) return;
  if (status === null || !good.includes(status))
    throw new Error(`${name} ended with ${status}: ${stderr}`, { cause: error });
}
