import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CaptureView } from '#shared/view/capture-view';
import type { Requests, RequestType } from '../../extension/messages/protocol.ts';
import { type Cdp, startBrowser } from '../../scripts/browser.mjs';
import { extensionIdOf, openExtensionPage } from '../../scripts/extension-page.mjs';
import { findBrowser } from '../../scripts/find-browser.mjs';

/** Where the built extension lies. */
export const extensionFolder = fileURLToPath(new URL('../../dist/extension/chrome-mv3', import.meta.url));
const over: ReadonlySet<string> = new Set(['sealed', 'refused', 'failed', 'discarded']);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A real browser with the built extension, spoken to through the extension's own panel. */
export interface ExtensionSession {
  readonly pid: number;
  /** The protocol of the browser itself: what a person at it could do. */
  readonly cdp: Cdp;
  /** One request of the protocol. Rejects with an error that has `code` and `entry`. */
  ask<Type extends RequestType>(
    type: Type,
    body?: Requests[Type]['request'],
  ): Promise<Requests[Type]['answer']>;
  /** Runs an expression in the panel, with the extension's rights. */
  evaluate<T>(expression: string): Promise<T>;
  /** Starts a capture of `url` without waiting for it. */
  capture(url: string): Promise<string>;
  /** Polls until `wanted` holds. @throws Error showing the last view after `limit` ms */
  until(captureId: string, wanted: (view: CaptureView) => boolean, limit?: number): Promise<CaptureView>;
  /** Polls until nothing is owed to the capture any more. */
  ended(captureId: string, limit?: number): Promise<CaptureView>;
  /** Events of the device journal that name the capture. */
  journal(captureId: string): Promise<string[]>;
  /** Ends the service worker, as the browser does when it idles; the next message starts it anew. */
  endWorker(): Promise<void>;
  /** Has each context of the extension drop what it no longer holds, so that memory shows what it holds. */
  collectGarbage(): Promise<void>;
  /** Shows every context of the extension that runs now a wall clock that is `byMs` off the real one. */
  setClock(byMs: number): Promise<void>;
  close(): Promise<void>;
  /** SIGKILL of the whole browser, as a power cut would. */
  kill(): Promise<void>;
}

/** @param display of a screen to show its window on; without one it has none */
export async function openExtension(
  profile: string,
  extra: readonly string[] = [],
  extension = extensionFolder,
  display?: string,
): Promise<ExtensionSession> {
  const executable = findBrowser();
  const browser = await startBrowser({
    executable,
    extension,
    profile,
    headless: display === undefined,
    extra,
    ...(display === undefined ? {} : { env: { ...process.env, DISPLAY: display } }),
  });
  const page = await openExtensionPage(browser.cdp, extensionIdOf(extension));
  const ask = page.ask as ExtensionSession['ask'];
  const until: ExtensionSession['until'] = async (captureId, wanted, limit = 150_000) => {
    const deadline = Date.now() + limit;
    for (;;) {
      const view = await ask('capture-state', { captureId });
      if (wanted(view)) return view;
      if (Date.now() > deadline) throw new Error(`waited in vain: ${JSON.stringify(view)}`);
      await pause(100);
    }
  };
  const ownTargets = async () => {
    const { targetInfos } = (await browser.cdp.send('Target.getTargets')) as {
      targetInfos: { targetId: string; type: string; url: string }[];
    };
    return targetInfos.filter(({ url }) => url.startsWith('chrome-extension:'));
  };
  return {
    pid: browser.pid,
    cdp: browser.cdp,
    ask,
    evaluate: page.evaluate,
    capture: async (url) => {
      const options = { mode: 'reload', cookies: false, purpose: '', makers: [] } as const;
      return (await ask('start-capture', { url, ...options })).captureId;
    },
    until,
    ended: (captureId, limit) => until(captureId, ({ state }) => over.has(state), limit),
    journal: (captureId) => page.evaluate(journalExpression(captureId)),
    endWorker: async () => {
      for (const { targetId, type } of await ownTargets())
        if (type === 'service_worker') await browser.cdp.send('Target.closeTarget', { targetId });
    },
    collectGarbage: async () => {
      for (const { targetId } of await ownTargets()) {
        const attached = await browser.cdp.send('Target.attachToTarget', { targetId, flatten: true });
        const { sessionId } = attached as { sessionId: string };
        await browser.cdp.send('HeapProfiler.collectGarbage', {}, sessionId);
        await browser.cdp.send('Target.detachFromTarget', { sessionId });
      }
    },
    setClock: async (byMs) => {
      const expression = `(() => {
        globalThis.realNow ??= Date.now.bind(Date);
        Date.now = () => realNow() + ${byMs};
      })()`;
      for (const { targetId } of await ownTargets()) {
        const attached = await browser.cdp.send('Target.attachToTarget', { targetId, flatten: true });
        const { sessionId } = attached as { sessionId: string };
        await browser.cdp.send('Runtime.evaluate', { expression }, sessionId);
        await browser.cdp.send('Target.detachFromTarget', { sessionId });
      }
    },
    close: browser.close,
    kill: async () => {
      process.kill(-browser.pid, 'SIGKILL');
      await browser.exited;
    },
  };
}

/** Whether there is a browser and a build to test with. */
export function canOpenExtension(): boolean {
  try {
    readFileSync(`${extensionFolder}/manifest.json`);
    return findBrowser() !== undefined;
  } catch {
    return false;
  }
}

/** Reads the database beside the extension's own code: what is on disk, not what it says. */
function journalExpression(captureId: string): string {
  return `new Promise((resolve, reject) => {
    const open = indexedDB.open('tiezheng');
    open.onerror = () => reject(open.error);
    open.onsuccess = () => {
      const rows = open.result.transaction('journal').objectStore('journal').getAll();
      rows.onsuccess = () => {
        open.result.close();
        resolve(rows.result.filter((row) => row.capture === ${JSON.stringify(captureId)}).map((row) => row.event));
      };
    };
  })`;
}
