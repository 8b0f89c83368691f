import type { NotCapturedReason } from '#shared/artefact/not-captured';
import { CaptureCut } from '../capture-cut.ts';
import type { CdpCommands, CdpEventName, CdpEvents, CdpMethod } from './cdp.ts';
import { CommandError } from './command-error.ts';

const DEFAULT_TIMEOUT = 10_000;
const DETACH_GRACE = 100;

/** An event of the tab; `session` is undefined for the page itself, else the flat session of a frame or worker. */
export type TabEvent = {
  [Name in CdpEventName]: {
    readonly method: Name;
    readonly params: CdpEvents[Name];
    readonly session: string | undefined;
  };
}[CdpEventName];
export type TabListener = (event: TabEvent) => void;

/** Sends a command to one target. Rejects with CommandError, or with CaptureCut once the tab is lost. */
export type Send = <Method extends CdpMethod>(
  method: Method,
  params: CdpCommands[Method]['params'],
  timeout?: number,
) => Promise<CdpCommands[Method]['result']>;

/**
 * A tab with our debugger attached. Every command has a time limit, because commands to a hung or paused page never
 * answer. Opened by the service worker the session also keeps that worker alive (measured; idle it dies after 30 s).
 */
export class DebuggerTab {
  readonly tabId: number;
  readonly #listeners = new Set<TabListener>();
  readonly #lossListeners = new Set<(loss: CaptureCut) => void>();
  #loss: CaptureCut | undefined;

  /** Tabs this life of the context has attached to. */
  static readonly #held = new Set<number>();
  /** Tabs only watched: whoever captures one of them comes first. */
  static readonly #watched = new Map<number, DebuggerTab>();

  private constructor(tabId: number) {
    this.tabId = tabId;
  }

  /** Lets go of a tab that is only watched. */
  static async release(tabId: number): Promise<void> {
    const watching = DebuggerTab.#watched.get(tabId);
    if (watching !== undefined) await watching.#giveWay();
  }

  /**
   * Attaches. Rejects with the browser's own error.
   * @param watching gives way, as lost with `cancelled`, when the tab is attached to anew
   */
  static async attach(tabId: number, watching = false): Promise<DebuggerTab> {
    await DebuggerTab.release(tabId);
    await attachAnew(tabId, !DebuggerTab.#held.has(tabId));
    DebuggerTab.#held.add(tabId);
    const tab = new DebuggerTab(tabId);
    chrome.debugger.onEvent.addListener(tab.#onEvent);
    chrome.debugger.onDetach.addListener(tab.#onDetach);
    if (watching) DebuggerTab.#watched.set(tabId, tab);
    return tab;
  }

  /**
   * Detaches, which lifts every override (scripts off, interception, cache off): the page runs on undisturbed.
   * Never rejects: a closed tab is detached already.
   */
  async detach(): Promise<void> {
    chrome.debugger.onEvent.removeListener(this.#onEvent);
    chrome.debugger.onDetach.removeListener(this.#onDetach);
    this.#listeners.clear();
    DebuggerTab.#held.delete(this.tabId);
    if (DebuggerTab.#watched.get(this.tabId) === this) DebuggerTab.#watched.delete(this.tabId);
    const gone = this.#loss?.reason === 'tab-closed' || this.#loss?.reason === 'debugger-detached';
    if (!gone) await chrome.debugger.detach({ tabId: this.tabId }).catch(() => undefined);
  }

  /** @returns the function that stops listening. */
  listen(listener: TabListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Calls back when the tab is lost, at once when it is already. */
  onLoss(listener: (loss: CaptureCut) => void): void {
    if (this.#loss === undefined) this.#lossListeners.add(listener);
    else listener(this.#loss);
  }

  /** Commands for the page itself, or for the target of a flat session. */
  target(session?: string): Send {
    return (method, params, timeout = DEFAULT_TIMEOUT) => this.#send(session, method, params, timeout);
  }

  /** Ends the capture from outside: every command under way and every later one rejects with `loss`. */
  lose(reason: NotCapturedReason, detail: string): void {
    this.#loss ??= new CaptureCut(reason, detail);
    for (const listener of [...this.#lossListeners]) listener(this.#loss);
  }

  /** @throws CaptureCut once the tab is lost. */
  assertHeld(): void {
    if (this.#loss !== undefined) throw this.#loss;
  }

  /** Resolves after `ms`; rejects at once when the tab is lost. */
  pause(ms: number): Promise<void> {
    return this.#guard(new Promise((resolve) => setTimeout(resolve, ms)), undefined, () => undefined);
  }

  async #giveWay(): Promise<void> {
    this.lose('cancelled', 'gave way to a capture of this tab');
    await this.detach();
  }

  #send<Method extends CdpMethod>(
    session: string | undefined,
    method: Method,
    params: CdpCommands[Method]['params'],
    timeout: number,
  ): Promise<CdpCommands[Method]['result']> {
    if (this.#loss !== undefined) return Promise.reject(this.#loss);
    const source = { tabId: this.tabId, ...(session === undefined ? {} : { sessionId: session }) };
    const answer = chrome.debugger.sendCommand(source, method, params).then(
      (result) => (result ?? {}) as CdpCommands[Method]['result'],
      async (cause: unknown) => {
        const message = protocolMessage(cause);
        if (
          /not attached to the tab/.test(message) ||
          (session === undefined && /^Detached while/.test(message))
        )
          await this.#awaitLoss(message);
        throw new CommandError('REFUSED', message, { entry: method, cause });
      },
    );
    return this.#guard(
      answer,
      timeout,
      () => new CommandError('TIMEOUT', `${method} took over ${timeout} ms`),
    );
  }

  /** A command may fail before `onDetach` says why; when this extension detached elsewhere, it never does. */
  async #awaitLoss(message: string): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, DETACH_GRACE));
    this.lose('debugger-detached', message);
  }

  #guard<Value>(
    promise: Promise<Value>,
    timeout: number | undefined,
    late: () => CommandError | undefined,
  ): Promise<Value> {
    if (this.#loss !== undefined) return Promise.reject(this.#loss);
    return new Promise<Value>((resolve, reject) => {
      const timer =
        timeout === undefined ? undefined : setTimeout(() => settle(() => reject(late())), timeout);
      const onLoss = (loss: CaptureCut) => settle(() => reject(loss));
      const settle = (act: () => void) => {
        clearTimeout(timer);
        this.#lossListeners.delete(onLoss);
        act();
      };
      this.#lossListeners.add(onLoss);
      promise.then(
        (value) => settle(() => resolve(value)),
        (error: unknown) => settle(() => reject(this.#loss ?? error)),
      );
    });
  }

  readonly #onEvent = (source: chrome.debugger.DebuggerSession, method: string, params?: object): void => {
    if (source.tabId !== this.tabId) return;
    if (method === 'Inspector.targetCrashed' && source.sessionId === undefined)
      this.lose('crashed', "the page's process ended");
    const event = { method, params: params ?? {}, session: source.sessionId } as TabEvent;
    for (const listener of [...this.#listeners]) listener(event);
  };

  readonly #onDetach = (source: chrome.debugger.Debuggee, reason: string): void => {
    if (source.tabId !== this.tabId) return;
    if (reason === 'canceled_by_user') this.lose('debugger-detached', 'the debugger bar was closed by hand');
    else this.lose('tab-closed', `the tab went away (${reason})`);
  };
}

/**
 * An attachment outlives the service worker that made it (measured). One that nobody here holds is from an earlier
 * life, with whatever it had switched off in the page: it is ended first.
 */
async function attachAnew(tabId: number, mayBeLeft: boolean): Promise<void> {
  try {
    await chrome.debugger.attach({ tabId }, '1.3');
  } catch (error) {
    if (!mayBeLeft || !/already attached/.test(protocolMessage(error))) throw error;
    // Refused when it is another extension's: then the first refusal stands.
    await chrome.debugger.detach({ tabId }).catch(() => Promise.reject(error));
    await chrome.debugger.attach({ tabId }, '1.3');
  }
}

/** Errors of chrome.debugger are the protocol's JSON as text: `{"code":-32000,"message":"…"}`. */
function protocolMessage(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return /"message":"((?:[^"\\]|\\.)*)"/.exec(text)?.[1] ?? text;
}
