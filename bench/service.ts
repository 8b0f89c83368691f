import { createCipheriv, createHash, randomBytes, randomInt } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { toBase64 } from '#shared/lib/base64';
import { toUtf8 } from '#shared/lib/utf8';
import { packageId } from '#shared/seal/package-id';
import { type RunningService, startService } from '../test/e2e/start-service.ts';
import { buildTestBundle } from '../test/fixtures/build-test-bundle.ts';
import { createDeviceClient, type DeviceClient } from '../test/fixtures/device-client.ts';
import { measureFloor } from './service-floor.ts';

/**
 * The service under load: `npm run bench:service [-- --uploads 50 --mb 50 --large-gb 10 --cuts 20]`. Real bundles, the
 * service a process of its own through its usual entry, everything on the disk of the temporary folder. Goals: uploads
 * acknowledged at half of the floor or more, memory below 400 MB, 99 of 100 small questions answered within 100 ms
 * meanwhile, and one large upload, cut off again and again, whole at the end.
 */
const { values } = parseArgs({
  options: {
    uploads: { type: 'string', default: '50' },
    mb: { type: 'string', default: '50' },
    'large-gb': { type: 'string', default: '10' },
    cuts: { type: 'string', default: '20' },
  },
});
const UPLOADS = Number(values.uploads);
const BYTES = Number(values.mb) * 1e6;
const LARGE = Math.round(Number(values['large-gb']) * 2 ** 30);
const CUTS = Number(values.cuts);
const MEMORY_GOAL_MB = 400;
const P99_GOAL_MS = 100;

interface Prepared {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly captureId: string;
}

const folder = await mkdtemp(join(tmpdir(), 'bench-service-'));
let missed = 0;
try {
  const service = await startService({ dataDir: join(folder, 'data') });
  try {
    const client = createDeviceClient(service.url);
    await client.pair(await service.pairingCode());
    await client.signIn();
    await manyUploads(service, client);
    if (LARGE > 0) await largeUpload(service, client);
  } finally {
    await service.stop();
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(missed === 0 ? 'all goals met' : `${missed} goals missed`);
process.exitCode = missed === 0 ? 0 : 1;

async function manyUploads(service: RunningService, client: DeviceClient): Promise<void> {
  const prepared = await prepare(client, join(folder, 'bundles'));
  const total = prepared.reduce((sum, { bytes }) => sum + bytes, 0) / 1e6;
  const before = await measureFloor(folder, UPLOADS, BYTES);
  const prober = startProber(service, client);
  const memory = watchMemory(service.pid);
  const started = performance.now();
  const ids = await Promise.all(prepared.map((bundle) => uploadFile(service.url, client, bundle)));
  const seconds = (performance.now() - started) / 1000;
  const times = await prober.stop();
  const after = await measureFloor(folder, UPLOADS, BYTES);
  // The floor moves with whatever else the machine does: the faster of the two counts.
  const floor = Math.max(before, after);
  const rate = total / seconds;
  console.log(
    `${UPLOADS} uploads of ${Math.round(BYTES / 1e6)} MB at once: ${seconds.toFixed(1)} s, ${rate.toFixed(0)} MB/s`,
  );
  console.log(`floor before ${before.toFixed(0)}, after ${after.toFixed(0)} MB/s`);
  goal('share of the floor', rate / floor, rate / floor >= 0.5, 'at least 0.50');
  goalOfTimes('small questions meanwhile', times);
  const sealing = performance.now();
  const patient = startProber(service, client);
  for (const id of ids) await waitSealed(client, id);
  const left = (performance.now() - sealing) / 1000;
  goalOfTimes(`small questions while the rest is sealed (${left.toFixed(0)} s)`, await patient.stop());
  memory.stop('memory with all uploads and seals');
  await rm(join(folder, 'bundles'), { recursive: true });
}

/** Bundles of one device, each with a payload of random bytes; on disk, so that this process stays small. */
async function prepare(client: DeviceClient, dir: string): Promise<Prepared[]> {
  await mkdir(dir);
  const prepared: Prepared[] = [];
  for (let n = 0; n < UPLOADS; n++) {
    const { bytes, captureId } = await buildTestBundle({ device: client.device, payload: BYTES });
    const path = join(dir, captureId);
    await writeFile(path, bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    prepared.push({ path, bytes: bytes.length, sha256, captureId });
  }
  return prepared;
}

async function uploadFile(url: string, client: DeviceClient, bundle: Prepared): Promise<string> {
  const path = await begin(client, bundle);
  const status = await patch(
    url + path,
    client,
    bundle.bytes,
    0,
    createReadStream(bundle.path, { highWaterMark: 1 << 20 }),
  );
  if (status !== 204) throw new Error(`${bundle.captureId}: ${status}`);
  return packageId(bundle.sha256 as Parameters<typeof packageId>[0]);
}

async function begin(client: DeviceClient, bundle: Omit<Prepared, 'path'>): Promise<string> {
  const metadata = Object.entries({ capture: bundle.captureId, sha256: bundle.sha256 })
    .map(([name, value]) => `${name} ${toBase64(toUtf8(value))}`)
    .join(',');
  const answer = await client.send('/api/v1/uploads', {
    method: 'POST',
    headers: { 'tus-resumable': '1.0.0', 'upload-length': String(bundle.bytes), 'upload-metadata': metadata },
  });
  if (answer.status !== 201) throw new Error(`creation: ${answer.status} ${await answer.text()}`);
  return answer.headers.get('location') ?? '';
}

/** Sends a stream; its status, or `undefined` when the connection was cut. */
async function patch(
  url: string,
  client: DeviceClient,
  length: number,
  offset: number,
  body: Readable,
): Promise<number | undefined> {
  const outgoing = request(url, {
    method: 'PATCH',
    headers: {
      authorization: `Bearer ${client.token}`,
      'tus-resumable': '1.0.0',
      'content-type': 'application/offset+octet-stream',
      'content-length': length - offset,
      'upload-offset': offset,
    },
  });
  const answered = new Promise<number | undefined>((resolve) => {
    outgoing.on('response', (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    outgoing.on('error', () => resolve(undefined));
  });
  await pipeline(body, outgoing).catch(() => undefined);
  return answered;
}

/** Pseudo-random bytes from `offset` on, the same each time for one key. */
function* largeBytes(key: Uint8Array, offset: number, end: number): Generator<Uint8Array> {
  const piece = new Uint8Array(1 << 20);
  const counter = Buffer.alloc(16);
  counter.writeBigUInt64BE(BigInt(Math.floor(offset / 16)), 8);
  const cipher = createCipheriv('aes-128-ctr', key, counter);
  cipher.update(piece.subarray(0, offset % 16));
  for (let at = offset; at < end; at += piece.length)
    yield cipher.update(piece.subarray(0, Math.min(piece.length, end - at)));
}

async function largeUpload(service: RunningService, client: DeviceClient): Promise<void> {
  const key = randomBytes(16);
  const hash = createHash('sha256');
  for (const piece of largeBytes(key, 0, LARGE)) hash.update(piece);
  const bundle = {
    bytes: LARGE,
    sha256: hash.digest('hex'),
    captureId: `CAP-${client.device.id}-${client.device.sequence}`,
  };
  const path = await begin(client, bundle);
  const memory = watchMemory(service.pid);
  const prober = startProber(service, client);
  const started = performance.now();
  let cut = 0;
  for (let status: number | undefined; status !== 204; ) {
    const offset = await offsetOf(client, path);
    // Anywhere in what is left, on the whole evenly.
    const until =
      cut < CUTS ? offset + randomInt(Math.ceil(((LARGE - offset) / (CUTS - cut + 1)) * 2)) : LARGE;
    const body = Readable.from(cutting(largeBytes(key, offset, LARGE), until - offset));
    status = await patch(service.url + path, client, LARGE, offset, body);
    if (status === undefined) cut += 1;
    else if (status !== 204) throw new Error(`PATCH: ${status}`);
  }
  const seconds = (performance.now() - started) / 1000;
  console.log(
    `${(LARGE / 2 ** 30).toFixed(1)} GiB, cut off ${cut} times: acknowledged after ${seconds.toFixed(0)} s`,
  );
  goalOfTimes('small questions meanwhile', await prober.stop());
  memory.stop('memory with the large upload');
  const stored = await storedDigest(service.dataDir, bundle.sha256, path);
  goal('SHA-256 on the disk of the service is that of what was sent', Number(stored), stored, '1');
}

function* cutting(pieces: Iterable<Uint8Array>, after: number): Generator<Uint8Array> {
  let sent = 0;
  for (const piece of pieces) {
    if (sent + piece.length > after) throw new Error('cut');
    yield piece;
    sent += piece.length;
  }
}

async function offsetOf(client: DeviceClient, path: string): Promise<number> {
  const answer = await client.send(path, { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } });
  if (answer.status !== 200) throw new Error(`HEAD: ${answer.status}`);
  return Number(answer.headers.get('upload-offset'));
}

/** The bytes are no bundle: intake refuses them and sets them aside, whole. */
async function storedDigest(dataDir: string, sha256: string, upload: string): Promise<boolean> {
  const id = packageId(sha256 as Parameters<typeof packageId>[0]);
  const places = [
    join(dataDir, 'service', 'refused', `${id}.wacz`),
    join(dataDir, 'service', 'incoming', upload.split('/').at(-1) ?? ''),
  ];
  for (const path of places) {
    if (
      !(await stat(path).then(
        () => true,
        () => false,
      ))
    )
      continue;
    const hash = createHash('sha256');
    await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
    return hash.digest('hex') === sha256;
  }
  return false;
}

async function waitSealed(client: DeviceClient, id: string): Promise<void> {
  for (;;) {
    const { state } = await client.json<{ state: string }>(`/packages/${id}`);
    if (state === 'sealed') return;
    if (state === 'refused') throw new Error(`${id} was refused`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

function startProber(service: RunningService, client: DeviceClient) {
  const worker = new Worker(new URL('service-prober.mjs', import.meta.url), {
    workerData: { url: service.url, token: client.token },
    execArgv: [],
  });
  const times = new Promise<number[]>((resolve, reject) => {
    worker.on('message', resolve);
    worker.on('error', reject);
  });
  return {
    stop(): Promise<number[]> {
      worker.postMessage('stop');
      return times;
    },
  };
}

/** Largest resident set seen, sampled. */
function watchMemory(pid: number) {
  let largest = 0;
  const timer = setInterval(async () => {
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    largest = Math.max(largest, Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1000);
  }, 50);
  return {
    stop(name: string): void {
      clearInterval(timer);
      goal(`${name}, MB`, largest, largest > 0 && largest < MEMORY_GOAL_MB, `below ${MEMORY_GOAL_MB}`);
    },
  };
}

function goalOfTimes(name: string, times: number[]): void {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const p99 = at(0.99);
  console.log(
    `${name}: ${sorted.length}, median ${at(0.5).toFixed(1)} ms, longest ${(sorted.at(-1) ?? 0).toFixed(0)} ms`,
  );
  goal('  p99, ms', p99, p99 < P99_GOAL_MS, `below ${P99_GOAL_MS}`);
}

function goal(name: string, value: number, met: boolean, wanted: string): void {
  if (!met) missed += 1;
  console.log(`${met ? '✓' : '✗'} ${name}: ${Number(value.toFixed(2))} (${wanted})`);
}
