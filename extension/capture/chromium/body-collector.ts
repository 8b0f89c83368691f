import type { NotCapturedReason } from '#shared/artefact/not-captured';
import type { EngineEvent } from '#shared/warc/engine-event';
import { base64Bytes } from '../base64-bytes.ts';
import { CaptureCut } from '../capture-cut.ts';
import type { EncodedBody } from './cdp.ts';
import { CommandError } from './command-error.ts';

/** Bodies under way at once, and what they may weigh together unless a single one is larger; bytes. */
const IN_FLIGHT = { bodies: 12, bytes: 32 * 2 ** 20 };
const MAX_DETAIL = 500;

type Unstamped<Event> = Event extends EngineEvent ? Omit<Event, 'at' | 'mono'> : never;
/** An engine event without its clock readings. */
export type UnstampedEvent = Unstamped<EngineEvent>;

export interface BodyCollectorPorts {
  store(bytes: Uint8Array<ArrayBuffer>): Promise<{ body: string; sha256: string; bytes: number }>;
  emit(event: UnstampedEvent): void;
}

/** Where a body comes from and what is known about it. */
export interface BodySource {
  /** Id of the hop. */
  readonly request: string;
  readonly url: string;
  /** About how many bytes it has. */
  readonly size: number;
  read(): Promise<EncodedBody>;
  /** Whether this decoded text is, as UTF-8, provably the bytes that were received. */
  isExact(text: string): boolean;
}

interface Work {
  readonly size: number;
  readonly act: () => Promise<void>;
}

/** Fetches and stores bodies as they become available, a few at a time, in the order asked. */
export class BodyCollector {
  readonly #ports: BodyCollectorPorts;
  readonly #waiting: Work[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #claimed = new Set<string>();
  #runningBytes = 0;

  constructor(ports: BodyCollectorPorts) {
    this.#ports = ports;
  }

  /** Whether the body of this hop is stored or on its way. */
  has(request: string): boolean {
    return this.#claimed.has(request);
  }

  /** Reads and stores a body; what cannot be had becomes an omission of that exchange. */
  collect(source: BodySource): void {
    const { request, url } = source;
    if (this.#claimed.has(request)) return;
    this.#claimed.add(request);
    this.#enqueue(source.size, async () => {
      try {
        await this.#store(source);
      } catch (error) {
        if (error instanceof CaptureCut) return;
        const detail = (error instanceof Error ? error.message : String(error)).slice(0, MAX_DETAIL);
        this.#ports.emit({
          type: 'omission',
          request,
          omission: { what: 'resource', reason: reasonOf(error), url, detail },
        });
      }
    });
  }

  /** Stores what the page itself sent. @returns whether that worked */
  collectRequestBody(request: string, read: () => Promise<Uint8Array<ArrayBuffer>>): Promise<boolean> {
    return new Promise((resolve) => {
      this.#enqueue(0, async () => {
        try {
          const stored = await this.#ports.store(await read());
          this.#ports.emit({ type: 'request-body-stored', request, ...stored });
          resolve(true);
        } catch {
          resolve(false);
        }
      });
    });
  }

  /** Resolves when nothing waits or runs. */
  async drain(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #store({ request, read, isExact }: BodySource): Promise<void> {
    const { body, base64Encoded } = await read();
    const fidelity = base64Encoded || isExact(body) ? 'exact' : 'decoded-text';
    const stored = await this.#ports.store(
      base64Encoded ? base64Bytes(body) : new TextEncoder().encode(body),
    );
    this.#ports.emit({ type: 'body-stored', request, ...stored, fidelity });
  }

  #enqueue(size: number, act: () => Promise<void>): void {
    this.#waiting.push({ size, act });
    this.#startNext();
  }

  #startNext(): void {
    const [work] = this.#waiting;
    if (work === undefined || this.#running.size >= IN_FLIGHT.bodies) return;
    if (this.#running.size > 0 && this.#runningBytes + work.size > IN_FLIGHT.bytes) return;
    this.#waiting.shift();
    this.#runningBytes += work.size;
    const run = work.act().finally(() => {
      this.#running.delete(run);
      this.#runningBytes -= work.size;
      this.#startNext();
    });
    this.#running.add(run);
    this.#startNext();
  }
}

/** `No resource with given identifier found`: the browser has dropped the body, or never kept it (measured). */
function reasonOf(error: unknown): NotCapturedReason {
  if (!(error instanceof CommandError)) return 'body-failed';
  if (error.code === 'TIMEOUT') return 'timeout';
  return /No resource with given identifier|evicted/i.test(error.message) ? 'body-evicted' : 'body-failed';
}
