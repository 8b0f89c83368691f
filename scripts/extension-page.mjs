import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const READY =
  'typeof globalThis.chrome?.runtime?.sendMessage === "function" && document.readyState === "complete"';
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Chromium's id of an unpacked extension: the SHA-256 of its manifest key, first 16 bytes, digits a to p. */
export function extensionIdOf(folder) {
  const { key } = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  const digest = createHash('sha256').update(Buffer.from(key, 'base64')).digest('hex').slice(0, 32);
  return [...digest].map((digit) => String.fromCharCode(97 + Number.parseInt(digit, 16))).join('');
}

/** The extension refused a message; `code` is its error code. */
class ExtensionError extends Error {
  constructor({ code, message, entry }) {
    super(message);
    this.code = code;
    this.entry = entry;
  }
}

/**
 * Opens the extension's own panel as a page and talks to the extension through it, as the panel itself does.
 * This page is the only target the driver attaches to.
 */
export async function openExtensionPage(cdp, extensionId, path = 'sidepanel.html') {
  const url = `chrome-extension://${extensionId}/${path}`;
  const { targetId } = await cdp.send('Target.createTarget', { url });
  const { sessionId } = await cdp.send('Target.attachToTarget', { targetId, flatten: true });

  async function evaluate(expression) {
    const answer = await cdp.send(
      'Runtime.evaluate',
      { expression, awaitPromise: true, returnByValue: true },
      sessionId,
    );
    if (answer.exceptionDetails) {
      throw new Error(answer.exceptionDetails.exception?.description ?? answer.exceptionDetails.text);
    }
    return answer.result.value;
  }

  for (let tries = 0; !(await evaluate(READY)); tries++) {
    if (tries > 200) throw new Error(`${url} did not load`);
    await pause(50);
  }

  /** One request of extension/messages/protocol.ts; resolves with its answer, rejects with `ExtensionError`. */
  async function ask(type, body = {}) {
    const message = JSON.stringify({ to: 'service-worker', type, body });
    const reply = await evaluate(`chrome.runtime.sendMessage(${message})`);
    if (reply?.ok !== true)
      throw new ExtensionError(reply?.error ?? { code: 'INTERNAL', message: 'no reply' });
    return reply.value;
  }

  return { ask, evaluate, sessionId, targetId };
}
