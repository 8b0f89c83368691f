import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import * as v from 'valibot';
import { importAnswer, type PackageAnswer, packageAnswer } from '#shared/api/schemas';
import { captureIdSchema } from '#shared/bundle/capture-record';
import { bundlePath } from '#shared/bundle/layout';
import { fromUtf8 } from '#shared/lib/utf8';
import { openZip } from '#shared/lib/zip/open-zip';
import { readEntry } from '#shared/lib/zip/read-entry';
import { textOfRunningService } from './ask-running-service.ts';
import { ConfigError } from './config-error.ts';
import { ImportError } from './import-error.ts';
import { type FileSource, openFileSource } from './store/file-source.ts';

/** The service hashes, and encrypts where that is on, before it answers. */
const RECEIVING_MS = 600_000;
/** It says something every 15 s while a package is being sealed. */
const SILENCE_MS = 60_000;
const recordSchema = v.object({ id: captureIdSchema });

/** A package the service has sealed. */
export interface ImportedBundle {
  readonly capture: string;
  readonly package: string;
  readonly state: PackageAnswer['state'];
  /** SHA-256 of the sealed package. */
  readonly sha256: string | null;
}

/**
 * Hands one bundle to the service running on `dataDir` and waits for its seal. Doing it again changes nothing.
 * @throws ImportError; ConfigError SERVICE_NOT_RUNNING, SERVICE_REFUSED with the service's own code as `entry`
 */
export async function importBundle(dataDir: string, file: string, waitMs: number): Promise<ImportedBundle> {
  const capture = await captureIn(file);
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  const query = new URLSearchParams({ capture, sha256: hash.digest('hex') });
  const answer = await textOfRunningService(dataDir, `/imports?${query}`, { file, silenceMs: RECEIVING_MS });
  const { package: id } = v.parse(importAnswer, JSON.parse(answer));
  const { state, sha256, refusal } = await ended(dataDir, id, waitMs);
  if (refusal !== null)
    throw new ImportError('BUNDLE_REFUSED', `${refusal.code}: ${refusal.message}`, { entry: refusal.code });
  if (state !== 'sealed')
    throw new ImportError('NOT_SEALED_YET', `${id} was received and is not sealed yet`, { entry: id });
  return { capture, package: id, state, sha256 };
}

/** Which capture the file says it is; everything else is for the service to judge. */
async function captureIn(file: string): Promise<string> {
  const source = await openFileSource(file).catch((cause: unknown) => {
    throw new ImportError('FILE_UNREADABLE', `${file} cannot be read`, { entry: file, cause });
  });
  try {
    return await idOf(source);
  } catch (cause) {
    throw new ImportError('NOT_A_BUNDLE', `${file} holds no capture record`, { entry: file, cause });
  } finally {
    await source.close();
  }
}

/** A record says little: far more is none. */
const MAX_RECORD_BYTES = 64 * 2 ** 20;

async function idOf(source: FileSource): Promise<string> {
  const { entries } = await openZip(source);
  const entry = entries.find(({ name }) => name === bundlePath.captureRecord);
  if (entry === undefined || entry.size > MAX_RECORD_BYTES) throw new RangeError('no record');
  return v.parse(recordSchema, JSON.parse(fromUtf8(await readEntry(source, entry)))).id;
}

/** The package when it is sealed or refused, or as it is when the time is over. */
async function ended(
  dataDir: string,
  id: string,
  waitMs: number,
): Promise<Pick<PackageAnswer, 'state' | 'sha256' | 'refusal'>> {
  const signal = AbortSignal.timeout(waitMs);
  const request = { method: 'GET', silenceMs: SILENCE_MS, signal } as const;
  while (!signal.aborted) {
    const text = await textOfRunningService(dataDir, `/packages/${id}/events`, request).catch(
      (error: unknown) => {
        if (signal.aborted && error instanceof ConfigError) return '';
        throw error;
      },
    );
    const [, data] = [...text.matchAll(/^data: (.*)$/gm)].at(-1) ?? [];
    if (data === undefined) continue;
    const answer = v.parse(packageAnswer, JSON.parse(data));
    if (answer.state === 'sealed' || answer.state === 'refused') return answer;
  }
  return { state: 'verifying', sha256: null, refusal: null };
}
