import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { CaptureView } from '#shared/view/capture-view';
import type { Requests, RequestType } from '../../extension/messages/protocol.ts';
import { startBrowser } from '../../scripts/browser.mjs';
import { extensionIdOf, openExtensionPage } from '../../scripts/extension-page.mjs';
import { findBrowser } from '../../scripts/find-browser.mjs';

const extension = fileURLToPath(new URL('../../dist/extension/chrome-mv3', import.meta.url));
const over: ReadonlySet<string> = new Set(['sealed', 'refused', 'failed', 'discarded']);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A real browser with the built extension, spoken to through the extension's own panel. */
export interface ExtensionSession {
  readonly pid: number;
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
  close(): Promise<void>;
  /** SIGKILL of the whole browser, as a power cut would. */
  kill(): Promise<void>;
}

export async function openExtension(
  profile: string,
  extra: readonly string[] = [],
): Promise<ExtensionSession> {
  const executable = findBrowser();
  const browser = await startBrowser({ executable, extension, profile, headless: true, extra });
  const page = await openExtensionPage(browser.cdp, extensionIdOf(extension));
  const ask = page.ask as ExtensionSession['ask'];
  const until: ExtensionSession['until'] = async (captureId, wanted, limit = 60_000) => {
    const deadline = Date.now() + limit;
    for (;;) {
      const view = await ask('capture-state', { captureId });
      if (wanted(view)) return view;
      if (Date.now() > deadline) throw new Error(`waited in vain: ${JSON.stringify(view)}`);
      await pause(100);
    }
  };
  return {
    pid: browser.pid,
    ask,
    evaluate: page.evaluate,
    capture: async (url) => {
      const options = { mode: 'reload', cookies: false, purpose: '', makers: [] } as const;
      return (await ask('start-capture', { url, ...options })).captureId;
    },
    until,
    ended: (captureId, limit) => until(captureId, ({ state }) => over.has(state), limit),
    journal: (captureId) => page.evaluate(journalExpression(captureId)),
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
    readFileSync(`${extension}/manifest.json`);
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
