import type { Cdp } from './browser.mjs';

/** See extension-page.mjs. */
export function extensionIdOf(folder: string): string;
export function openExtensionPage(
  cdp: Cdp,
  extensionId: string,
  path?: string,
): Promise<{
  ask(type: string, body?: object): Promise<unknown>;
  evaluate<T>(expression: string): Promise<T>;
  sessionId: string;
  targetId: string;
}>;
