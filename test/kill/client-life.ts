import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { toBase64 } from '#shared/lib/base64';
import { canonicalJson } from '#shared/lib/canonical-json';
import { type Sha256, sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import type { Receipt } from '#shared/seal/receipt';
import { buildTestBundle, type TestBundle } from '../fixtures/build-test-bundle.ts';
import { createDeviceClient, type DeviceClient } from '../fixtures/device-client.ts';
import { createTestDevice } from '../fixtures/test-device.ts';
import { type Acknowledged, leafText } from './acknowledged.ts';
import { isCutOff, type KilledService } from './killed-service.ts';

/** Packages one device leaves to the service at a time: more would only make a queue. */
const OUTSTANDING = 3;
/** Every nth bundle is to be sealed; the others hold a file that is in no chain, and are refused, which takes less time. */
const SEALED_EVERY = 3;
const PAYLOAD_BYTES = 50_000;
const tus = { 'tus-resumable': '1.0.0' };

/**
 * One device at work until told to stop: cases, challenges, anchors, uploads in two parts, lists, downloads. What the
 * connection loses is asked again, as a device would.
 */
export class ClientLife {
  readonly #service: KilledService;
  readonly #acknowledged: Acknowledged;
  readonly #device = createTestDevice(Date.now());
  readonly #open = new Set<string>();
  #captures: number;
  #token = '';

  /** @param nth begins with another bundle than its neighbours, so that seals and refusals are mixed from the start. */
  constructor(service: KilledService, acknowledged: Acknowledged, nth = 0) {
    this.#captures = nth;
    this.#service = service;
    this.#acknowledged = acknowledged;
  }

  async pair(): Promise<void> {
    const service = await this.#service.current();
    const client = createDeviceClient(service.url, this.#device);
    await client.pair(await service.pairingCode());
    await client.signIn();
    this.#token = client.token;
    const publicKey = sha256Hex(this.#device.publicKey);
    this.#acknowledged.leaves.set(leafText({ type: 'evidence-pairing/v1', publicKey }), 'pairing');
  }

  /** @throws Error when the service says something it must not say */
  async run(isOver: () => boolean): Promise<void> {
    for (let round = 1; !isOver(); round++) {
      await this.#addCase(round);
      if (this.#open.size < OUTSTANDING) await this.#capture();
      else await this.#anchor(sha256Hex(randomBytes(32)));
      await this.#list();
      await this.#follow();
    }
    while (this.#open.size > 0) await this.#follow();
  }

  /** Does `work` until it is answered. */
  async #ask<T>(work: (client: DeviceClient) => Promise<T>): Promise<T> {
    for (;;) {
      const { url } = await this.#service.current();
      const client = createDeviceClient(url, this.#device);
      client.token = this.#token;
      try {
        return await work(client);
      } catch (error) {
        if (!isCutOff(error)) throw error;
        await sleep(10);
      }
    }
  }

  async #addCase(round: number): Promise<void> {
    const number = `${this.#device.id}-${round}`;
    const { id } = await this.#ask((client) =>
      client.json<{ id: string }>('/cases', { number, title: '测试' }),
    );
    this.#acknowledged.cases.set(id, number);
    this.#acknowledged.audited.add(`case-add case:${id}`);
  }

  async #capture(): Promise<void> {
    const end = this.#captures++ % SEALED_EVERY === 0 ? 'sealed' : 'refused';
    const bundle = await buildTestBundle({
      device: this.#device,
      payload: PAYLOAD_BYTES,
      challenge: (needs) => this.#challenge(needs),
      anchor: (digest) => this.#anchor(digest),
      ...(end === 'sealed' ? {} : { mutate: { entries: withStranger } }),
    });
    await this.#upload(bundle, end);
  }

  async #challenge({ device: _, ...needs }: Parameters<DeviceClient['challenge']>[0] & { device: string }) {
    const file = await this.#ask((client) => client.challenge(needs));
    const challenge = sha256Hex(toUtf8(canonicalJson(file.challenge)));
    this.#acknowledged.leaves.set(leafText({ type: 'evidence-challenge/v1', challenge }), 'challenge');
    this.#acknowledged.challenges.push(file);
    return file;
  }

  async #anchor(digest: Sha256) {
    const { token, proof } = await this.#ask((client) => client.anchor(digest));
    const device = this.#device.id;
    this.#acknowledged.leaves.set(leafText({ type: 'evidence-anchor/v1', device, digest }), 'anchor');
    this.#acknowledged.anchors.push({ device, digest, token: toBase64(token), proof });
    return { token, proof };
  }

  async #upload(bundle: TestBundle, end: 'sealed' | 'refused'): Promise<void> {
    const path = await this.#ask((client) => client.createUpload(bundle));
    const half = Math.floor(bundle.bytes.length / 2);
    let stored = 0;
    let first = true;
    while (stored < bundle.bytes.length) {
      const upTo = first ? half : bundle.bytes.length;
      first = false;
      const offset = await this.#ask(async (client) => {
        const here = await offsetOf(client, path);
        if (here < stored) throw new Error(`${path}: ${here} bytes are left of ${stored} acknowledged`);
        if (here < upTo) await client.sendFrom(path, bundle.bytes.subarray(0, upTo), here);
        return Math.max(here, upTo);
      });
      stored = offset;
    }
    const sha256 = createHash('sha256').update(bundle.bytes).digest('hex');
    const id = createDeviceClient('http://localhost', this.#device).packageIdOf(bundle.bytes);
    this.#acknowledged.uploads.set(id, { device: this.#device.id, sha256, end });
    this.#open.add(id);
  }

  /** Everything uploaded in full is on the list. */
  async #list(): Promise<void> {
    const listed = new Set<string>();
    const uploaded = [...this.#acknowledged.uploads].filter(([, { device }]) => device === this.#device.id);
    for (let after = ''; ; ) {
      const page = await this.#ask((client) =>
        client.json<{ packages: { id: string }[]; next: string | null }>(`/packages?limit=50${after}`),
      );
      for (const { id } of page.packages) listed.add(id);
      if (page.next === null) break;
      after = `&after=${page.next}`;
    }
    for (const [id] of uploaded) if (!listed.has(id)) throw new Error(`${id} was uploaded and is on no list`);
  }

  /** Looks whether open packages have come to their end. */
  async #follow(): Promise<void> {
    await sleep(40);
    for (const id of [...this.#open]) {
      const { state, sha256 } = await this.#ask((client) =>
        client.json<{ state: string; sha256: string | null }>(`/packages/${id}`),
      );
      if (state !== 'sealed' && state !== 'refused') continue;
      this.#acknowledged.ends.set(id, { state, sha256 });
      await this.#receipt(id);
      if (state === 'sealed') await this.#download(id, sha256);
      this.#open.delete(id);
    }
  }

  async #receipt(id: string): Promise<void> {
    const text = await this.#ask(async (client) => {
      const answer = await client.send(`/api/v1/packages/${id}/receipt`);
      if (!answer.ok) throw new Error(`${id} has ended without a receipt: ${answer.status}`);
      return answer.text();
    });
    const receipt = sha256Hex(toUtf8(canonicalJson((JSON.parse(text) as Receipt).receipt)));
    this.#acknowledged.leaves.set(leafText({ type: 'evidence-receipt/v1', receipt }), `receipt of ${id}`);
    this.#acknowledged.receipts.set(id, text);
    this.#acknowledged.audited.add(`receipt-download package:${id}`);
  }

  async #download(id: string, sha256: string | null): Promise<void> {
    const bytes = await this.#ask(async (client) => {
      const answer = await client.send(`/api/v1/packages/${id}/package`);
      if (!answer.ok) throw new Error(`${id} is sealed and cannot be downloaded: ${answer.status}`);
      return new Uint8Array(await answer.arrayBuffer());
    });
    if (sha256Hex(bytes) !== sha256) throw new Error(`${id} has other bytes than its SHA-256 says`);
    this.#acknowledged.audited.add(`package-download package:${id}`);
  }
}

async function offsetOf(client: DeviceClient, path: string): Promise<number> {
  const answer = await client.send(path, { method: 'HEAD', headers: tus });
  if (!answer.ok) throw new Error(`HEAD ${path}: ${answer.status}`);
  return Number(answer.headers.get('upload-offset'));
}

function withStranger(entries: { path: string; bytes: Uint8Array }[]) {
  return [...entries, { path: 'evidence/stranger.txt', bytes: toUtf8('not in the chain') }];
}
