import type { CaptureSink } from '../engine.ts';
import type { CdpEvents } from './cdp.ts';
import { CommandError } from './command-error.ts';
import type { DebuggerTab, Send } from './debugger-tab.ts';

/** A frame in another process, or a worker. */
export interface ChildTarget {
  readonly session: string;
  readonly type: string;
  readonly url: string;
}

/** Prepares one target; called for the page and for every frame and worker, before these run their first script. */
export type PrepareTarget = (send: Send, type: 'page' | 'frame' | 'worker') => Promise<void>;

const workers: ReadonlySet<string> = new Set(['worker', 'shared_worker', 'service_worker']);

/** Keeps the flat sessions of a tab: attaches to frames of other processes and to workers as they appear. */
export class Targets {
  readonly #tab: DebuggerTab;
  readonly #sink: Pick<CaptureSink, 'omission'>;
  readonly #prepare: PrepareTarget;
  readonly #children = new Map<string, ChildTarget>();

  constructor(tab: DebuggerTab, sink: Pick<CaptureSink, 'omission'>, prepare: PrepareTarget) {
    this.#tab = tab;
    this.#sink = sink;
    this.#prepare = prepare;
    tab.listen(({ method, params }) => {
      if (method === 'Target.attachedToTarget') void this.#attached(params);
      else if (method === 'Target.detachedFromTarget') this.#children.delete(params.sessionId);
    });
  }

  /** Prepares the page itself and begins to attach. Rejects with CommandError when the page refuses. */
  async open(): Promise<void> {
    const send = this.#tab.target();
    await this.#prepare(send, 'page');
    await this.#attachChildren(send);
  }

  /** Sessions of frames in other processes, now. A session does not outlive the reload of its page. */
  frames(): ChildTarget[] {
    return [...this.#children.values()].filter(({ type }) => type === 'iframe');
  }

  #attachChildren(send: Send): Promise<object> {
    return send('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true });
  }

  async #attached({ sessionId, targetInfo }: CdpEvents['Target.attachedToTarget']): Promise<void> {
    const { type, url } = targetInfo;
    this.#children.set(sessionId, { session: sessionId, type, url });
    const send = this.#tab.target(sessionId);
    const kind = type === 'iframe' ? 'frame' : workers.has(type) ? 'worker' : undefined;
    try {
      if (type === 'service_worker') await startServiceWorker(send);
      else if (kind !== undefined) {
        await this.#prepare(send, kind);
        await this.#attachChildren(send);
      }
    } catch (error) {
      if (error instanceof CommandError && this.#children.has(sessionId))
        this.#sink.omission({
          what: kind === 'frame' ? 'frame' : 'worker',
          reason: error.code === 'TIMEOUT' ? 'timeout' : 'refused',
          url,
          detail: `${error.entry}: ${error.message}`,
        });
    }
    await send('Runtime.runIfWaitingForDebugger', {}).catch(() => undefined);
  }
}

/**
 * A service worker that waits to be started answers nothing before it is (measured), but takes commands in order: the
 * network is switched on before its first line runs although the answer comes after it.
 */
async function startServiceWorker(send: Send): Promise<void> {
  const enabled = send('Network.enable', {});
  const started = send('Runtime.runIfWaitingForDebugger', {});
  await Promise.all([enabled, started]);
}
