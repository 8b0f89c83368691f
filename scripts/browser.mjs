import { spawn } from 'node:child_process';
import { mkdirSync, readlinkSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { openCdp } from './cdp-pipe.mjs';

/** Another browser uses the profile; the caller ends with exit code 3. */
export class ProfileBusyError extends Error {}

/** Chromium's SingletonLock is a link to `<host>-<pid>`; one left by a killed browser is removed. */
function claimProfile(profile) {
  mkdirSync(profile, { recursive: true });
  let owner;
  try {
    owner = readlinkSync(join(profile, 'SingletonLock'));
  } catch {
    return;
  }
  const [, host, pid] = /^(.*)-(\d+)$/.exec(owner) ?? [];
  if (host === hostname() && isAlive(Number(pid))) {
    throw new ProfileBusyError(`the browser profile ${profile} is in use by process ${pid}`);
  }
  for (const name of ['SingletonLock', 'SingletonSocket', 'SingletonCookie'])
    rmSync(join(profile, name), { force: true });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function browserArguments({ extension, profile, headless, extra }) {
  return [
    `--user-data-dir=${profile}`,
    '--remote-debugging-pipe',
    '--enable-unsafe-extension-debugging',
    `--load-extension=${extension}`,
    `--disable-extensions-except=${extension}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-quic',
    ...(headless ? ['--headless=new', '--disable-gpu', '--window-size=1280,900'] : []),
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    ...extra,
    'about:blank',
  ];
}

/**
 * Starts a browser with the extension loaded and paired to nothing yet.
 * Returns `{cdp, pid, exited, close}`; `close` ends it gracefully, then by signal.
 */
export async function startBrowser({
  executable,
  extension,
  profile,
  headless,
  extra = [],
  env = process.env,
}) {
  claimProfile(profile);
  const child = spawn(executable, browserArguments({ extension, profile, headless, extra }), {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    env,
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr = (stderr + text).slice(-4000);
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  const cdp = openCdp(child.stdio[3], child.stdio[4]);
  try {
    await cdp.send('Browser.getVersion');
    await loadExtension(cdp, extension);
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`the browser did not start: ${error.message}\n${stderr}`, { cause: error });
  }

  async function close() {
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
    cdp.send('Browser.close').catch(() => undefined);
    await exited;
    clearTimeout(timer);
  }
  return { cdp, pid: child.pid, exited, close };
}

/** Branded browsers ignore --load-extension; CDP loads it there. Loading twice under one key is harmless. */
async function loadExtension(cdp, path) {
  const { targetInfos } = await cdp.send('Target.getTargets');
  if (targetInfos.some(({ url }) => url.startsWith('chrome-extension://'))) return;
  await cdp.send('Extensions.loadUnpacked', { path });
}
