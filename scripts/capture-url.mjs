import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const bin = fileURLToPath(new URL('../server/bin.mjs', import.meta.url));
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const ended = new Set(['sealed', 'refused', 'failed', 'discarded']);
/** A capture that shows no change for this long is given up waiting for; what it stored stays. */
const QUIET_LIMIT_MS = 240_000;

/** Pairs the extension with the service unless it already is. */
export async function ensurePaired(page, service) {
  const state = await page.ask('service-state');
  if (state.paired && state.origin === service.url && state.reachable) return;
  const answer = await fetch(`${service.url}/api/v1/pairing-codes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${service.adminToken}` },
  });
  if (!answer.ok) throw new Error(`the service gave no pairing code: ${await answer.text()}`);
  const { code } = await answer.json();
  await page.ask('pair', { origin: service.url, code, name: 'npm start' });
}

function showSteps(progress, view) {
  for (const { step, startedAt, endedAt, total } of view.steps) {
    const note = total === undefined ? '' : `${total}`;
    if (endedAt !== undefined) progress.step(step, 'done', endedAt - startedAt, note);
    else
      progress.step(
        step,
        ended.has(view.state) && view.state !== 'sealed' ? 'failed' : 'running',
        Date.now() - startedAt,
      );
  }
}

/** Starts a capture through the extension and watches it until it is sealed, refused or failed. */
export async function captureThroughExtension(page, { url, mode, cookies }, progress) {
  const { captureId } = await page.ask('start-capture', { url, mode, cookies, purpose: '', makers: [] });
  let last = '';
  let changed = Date.now();
  for (;;) {
    const view = await page.ask('capture-state', { captureId });
    const now = JSON.stringify(view);
    if (now !== last) changed = Date.now();
    last = now;
    showSteps(progress, view);
    if (ended.has(view.state)) return view;
    if (Date.now() - changed > QUIET_LIMIT_MS) {
      throw new Error(
        `${captureId} stands still at ${view.state}: ${view.error?.message ?? 'no reason given'}`,
      );
    }
    await pause(150);
  }
}

async function download(service, path, file) {
  const answer = await fetch(`${service.url}${path}`, {
    headers: { authorization: `Bearer ${service.adminToken}` },
  });
  if (!answer.ok || answer.body === null) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  const hash = createHash('sha256');
  const part = await open(`${file}.part`, 'w');
  try {
    for await (const chunk of answer.body) {
      hash.update(chunk);
      await part.write(chunk);
    }
    await part.sync();
  } finally {
    await part.close();
  }
  await rename(`${file}.part`, file);
  return hash.digest('hex');
}

/** Writes package and certificate to `OUT/EVD-…/` and checks that they are the bytes the service named. */
export async function fetchPackage(service, view, out) {
  const id = view.packageId;
  const folder = join(out, id);
  mkdirSync(folder, { recursive: true });
  const packageFile = join(folder, `${id}.asice`);
  const certificateFile = join(folder, 'certificate.pdf');
  const sha256 = await download(service, `/api/v1/packages/${id}/package`, packageFile);
  if (view.sealed !== undefined && sha256 !== view.sealed.sha256) {
    throw new Error(`${packageFile} differs from what the service sealed: ${sha256}`);
  }
  await download(service, `/api/v1/packages/${id}/certificate`, certificateFile);
  return { id, package: packageFile, certificate: certificateFile };
}

/** Verifies offline with the command-line verifier, against the given trust file. */
export async function verifyOffline(packageFile, trustFile) {
  const args = [bin, 'verify', packageFile, '--trust', trustFile, '--json'];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 << 20 });
    return JSON.parse(stdout);
  } catch (error) {
    if (error.stdout) return JSON.parse(error.stdout);
    throw error;
  }
}
