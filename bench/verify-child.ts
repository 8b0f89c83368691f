/** One measurement of `bench/verify.ts`: `hash FILE` or `verify FILE TRUST`; prints its figures as JSON. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { readTrustFile } from '#shared/verify/trust-anchors';
import { verifyPackage } from '#shared/verify/verify-package';
import { openFileSource } from '../server/store/file-source.ts';
import { nodePorts } from '../server/store/node-ports.ts';

export interface Figures {
  /** Wall time of the work itself, ms; without process start. */
  readonly ms: number;
  /** Processor time of the work itself, s. */
  readonly cpu: number;
}

/** The reference: one thread, one buffer, nothing but reading and hashing. */
function hashFile(path: string): void {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafeSlow(2 ** 20);
  const fd = openSync(path, 'r');
  for (let read = readSync(fd, buffer); read > 0; read = readSync(fd, buffer))
    hash.update(buffer.subarray(0, read));
  closeSync(fd);
  hash.digest();
}

async function verifyFile(path: string, trust: string): Promise<void> {
  const source = await openFileSource(path);
  const { verdict } = await verifyPackage(source, nodePorts, { anchors: readTrustFile(readFileSync(trust)) });
  await source.close();
  if (verdict !== 'valid') throw new RangeError(`the package is ${verdict}`);
}

const [what, file = '', trust = ''] = process.argv.slice(2);
const started = performance.now();
const before = process.cpuUsage();
if (what === 'hash') hashFile(file);
else await verifyFile(file, trust);
const { user, system } = process.cpuUsage(before);
const figures: Figures = { ms: performance.now() - started, cpu: (user + system) / 1e6 };
console.log(JSON.stringify(figures));
