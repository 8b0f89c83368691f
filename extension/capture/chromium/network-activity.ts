import type { DebuggerTab } from './debugger-tab.ts';

/** Requests that last as long as they please; waiting for them would be waiting for ever. */
const lasting: ReadonlySet<string> = new Set([
  'EventSource',
  'Media',
  'Ping',
  'Prefetch',
  'CSPViolationReport',
]);
const POLL = 25;
/** Streams, long polls, dead hosts: what has been open this long does not end by waiting; ms. */
const STUCK = 3000;

/** Knows which requests are under way, and waits for rest. */
export class NetworkActivity {
  readonly #tab: DebuggerTab;
  readonly #open = new Map<string, number>();
  #changedAt = performance.now();

  constructor(tab: DebuggerTab) {
    this.#tab = tab;
    tab.listen(({ method, params }) => {
      if (method === 'Network.requestWillBeSent') {
        if (!lasting.has(params.type ?? '') && !params.request.url.startsWith('data:'))
          this.#change(() => this.#open.set(params.requestId, performance.now()));
      } else if (method === 'Network.loadingFinished' || method === 'Network.loadingFailed') {
        if (this.#open.has(params.requestId)) this.#change(() => this.#open.delete(params.requestId));
      }
    });
  }

  /** Forgets what a page that is gone had asked for. */
  reset(): void {
    this.#change(() => this.#open.clear());
  }

  /**
   * Waits until nothing has begun, ended or been under way for `calm` ms, apart from what is stuck.
   * @returns whether that came about within `limit` ms.
   */
  async quiet(calm: number, limit: number): Promise<boolean> {
    const start = performance.now();
    for (;;) {
      const now = performance.now();
      const waiting = [...this.#open.values()].some((since) => now - since < STUCK);
      if (!waiting && now - Math.max(this.#changedAt, start) >= calm) return true;
      if (now - start >= limit) return false;
      await this.#tab.pause(POLL);
    }
  }

  #change(act: () => void): void {
    act();
    this.#changedAt = performance.now();
  }
}
