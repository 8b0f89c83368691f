import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import WebSocket from 'ws';

const extension = fileURLToPath(new URL('../../dist/extension/firefox-mv2', import.meta.url));
/** Fixed by a preference, so that its pages have a known address. */
const UUID = '6f1c2b1e-6d3a-4d0c-9c55-0a3a7a1f0b11';
const START_LIMIT_MS = 60_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A real Firefox with the built extension, driven by WebDriver BiDi. */
export interface FirefoxSession {
  /** Runs an expression in a page of the extension that is not the workbench. */
  evaluate<T>(expression: string): Promise<T>;
  close(): Promise<void>;
}

/** Whether there is a Firefox to test with. */
export function hasFirefox(): boolean {
  return spawnSync('firefox-esr', ['--version']).status === 0;
}

/** Builds the extension for Firefox. @throws Error with the output of the build */
export function buildFirefoxExtension(): void {
  const wxt = fileURLToPath(new URL('../../node_modules/wxt/bin/wxt.mjs', import.meta.url));
  const cwd = fileURLToPath(new URL('../..', import.meta.url));
  const build = spawnSync(process.execPath, [wxt, 'build', '-b', 'firefox', '--mv2'], {
    cwd,
    encoding: 'utf8',
  });
  if (build.status !== 0) throw new Error(`${build.stdout}${build.stderr}`);
}

/** Starts Firefox on a new profile, installs the extension and opens its workbench. */
export async function openFirefox(profile: string): Promise<FirefoxSession> {
  const { browser_specific_settings } = JSON.parse(
    readFileSync(join(extension, 'manifest.json'), 'utf8'),
  ) as {
    browser_specific_settings: { gecko: { id: string } };
  };
  const uuids = JSON.stringify({ [browser_specific_settings.gecko.id]: UUID });
  writeFileSync(
    join(profile, 'user.js'),
    [
      `user_pref("extensions.webextensions.uuids", ${JSON.stringify(uuids)});`,
      'user_pref("datareporting.policy.dataSubmissionEnabled", false);',
      'user_pref("app.update.enabled", false);',
      'user_pref("network.captive-portal-service.enabled", false);',
    ].join('\n'),
  );
  // System access: without it Firefox opens no page of an extension for WebDriver. Test profiles only.
  const flags = ['--remote-debugging-port=0', '--remote-allow-system-access', '-headless'];
  const child = spawn('firefox-esr', ['--no-remote', '--profile', profile, ...flags], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, HOME: profile },
  });
  const socket = new WebSocket(`${await bidiAddress(child)}/session`);
  await once(socket, 'open');
  const send = commands(socket);
  const openPage = async (page: string) => {
    const { context } = await send<{ context: string }>('browsingContext.create', { type: 'tab' });
    const url = `moz-extension://${UUID}/${page}`;
    // Firefox never tells the end of loading for such a page (measured): it is asked.
    await send('browsingContext.navigate', { context, url, wait: 'none' });
    const ready = () =>
      evaluateIn<boolean>(
        send,
        context,
        `location.href === ${JSON.stringify(url)} && document.readyState === 'complete'`,
      );
    for (let tries = 0; !(await ready().catch(() => false)); tries++) {
      if (tries > 300) throw new Error(`${url} did not load`);
      await pause(100);
    }
    return context;
  };
  await send('session.new', { capabilities: {} });
  await send('webExtension.install', { extensionData: { type: 'path', path: extension } });
  await openPage('workbench.html');
  const page = await openPage('preview.html');
  return {
    evaluate: (expression) => evaluateIn(send, page, expression),
    close: async () => {
      socket.close();
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}

type Send = <T>(method: string, params: object) => Promise<T>;

async function evaluateIn<T>(send: Send, context: string, expression: string): Promise<T> {
  const answer = await send<{
    type: string;
    result?: { value?: string };
    exceptionDetails?: { text: string };
  }>('script.evaluate', {
    expression: `(async () => JSON.stringify(await (${expression}) ?? null))()`,
    target: { context },
    awaitPromise: true,
  });
  if (answer.type !== 'success') throw new Error(answer.exceptionDetails?.text ?? 'no result');
  return JSON.parse(answer.result?.value ?? 'null') as T;
}

function bidiAddress(child: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`Firefox did not start\n${said}`)), START_LIMIT_MS);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [, address] = /WebDriver BiDi listening on (ws:\S+)/.exec(said) ?? [];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    });
    child.once('exit', () => reject(new Error(`Firefox ended\n${said}`)));
  });
}

function commands(socket: WebSocket): Send {
  let last = 0;
  const waiting = new Map<number, (message: { type: string; result?: unknown; message?: string }) => void>();
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as { id?: number; type: string; result?: unknown };
    if (message.id === undefined) return;
    waiting.get(message.id)?.(message);
    waiting.delete(message.id);
  });
  return <T>(method: string, params: object) =>
    new Promise<T>((resolve, reject) => {
      const id = ++last;
      waiting.set(id, ({ type, result, message }) => {
        if (type === 'success') resolve(result as T);
        else reject(new Error(`${method}: ${message ?? ''}`));
      });
      socket.send(JSON.stringify({ id, method, params }));
    });
}
