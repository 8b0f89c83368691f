import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyBundle } from '#shared/bundle/verify-bundle';
import { certificateFacts } from '#shared/seal/certificate/certificate-facts';
import type { TlsChains } from '#shared/tls/tls-chains';
import { readExhibits } from '../../server/evidence/read-exhibits.ts';
import { openFileSource } from '../../server/store/file-source.ts';
import { nodePorts } from '../../server/store/node-ports.ts';
import { certificateInput } from '../fixtures/certificate-input.ts';
import { hasOpenssl } from '../fixtures/has-openssl.ts';
import { type CapturedBundle, capturedBundle, ledgerLines } from './captured-bundle.ts';
import { canOpenExtension, type ExtensionSession, openExtension } from './extension-session.ts';
import { serveTlsSite, type TlsSite } from './tls-site.ts';

/** Without libnss3-tools there is no way to make Chromium trust a CA of our own. */
const hasCertutil = spawnSync('certutil', ['-H']).error === undefined;
const onlyTestHost = '--host-resolver-rules=MAP shop.test 127.0.0.1 , MAP * ~NOTFOUND , EXCLUDE 127.0.0.1';

describe.skipIf(!canOpenExtension() || !hasCertutil || !hasOpenssl)('a shop under a CA of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-tls-'));
  const home = process.env.HOME;
  let site: TlsSite;
  let browser: ExtensionSession;

  beforeAll(async () => {
    process.env.HOME = join(folder, 'home');
    mkdirSync(process.env.HOME);
    site = await serveTlsSite(folder, process.env.HOME);
    browser = await openExtension(join(folder, 'profile'), [onlyTestHost]);
    await browser.ask('service-state');
  });
  afterAll(async () => {
    if (home !== undefined) process.env.HOME = home;
    await browser?.close();
    site?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const chainsOf = async (bundle: CapturedBundle) =>
    JSON.parse(await bundle.text('evidence/tls-chains.json')) as TlsChains;
  const capture = async (path: string) =>
    capturedBundle(browser, await browser.capture(`${site.origin}${path}`), 150_000);

  test('the leaf is the one served, with address and port; the private root is printed first', async () => {
    const bundle = await capture('/');
    const { origins, responses } = await chainsOf(bundle);
    expect(origins.map(({ origin, verdict }) => [origin, verdict])).toEqual([[site.origin, 'private-root']]);
    const [leaf, ...issuers] = origins[0]!.chain.map((der) => Buffer.from(der, 'base64'));
    expect(leaf).toEqual(Buffer.from(site.leaf));
    expect(issuers.at(-1)).toEqual(Buffer.from(site.root));
    expect(responses).toEqual([{ url: `${site.origin}/`, certificate: 'this-request' }]);

    const { entries } = JSON.parse(await bundle.text('evidence/network.har')).log;
    expect(entries[0]).toMatchObject({ serverIPAddress: '127.0.0.1', connection: String(site.port) });

    const path = join(folder, 'bundle.wacz');
    writeFileSync(path, bundle.bytes);
    const source = await openFileSource(path);
    const verified = await verifyBundle(source, nodePorts);
    await source.close();
    const { connection } = await readExhibits(
      { folder: dirname(path), name: basename(path) },
      verified.record,
    );
    expect(connection).toMatchObject({ address: '127.0.0.1', publicRoot: false });
    const { warnings } = certificateFacts(
      certificateInput({ url: verified.record.url }, { connection: connection! }),
    );
    expect(warnings[0]).toMatchObject({ phrase: 'warn-private-root' });
  });

  test('a file over https: exact bytes, address and TLS parameters; that its chain is not told is listed', async () => {
    const options = { mode: 'reload', cookies: false, purpose: '', makers: [], kind: 'file' } as const;
    const url = `${site.origin}/contract.pdf`;
    const { captureId } = await browser.ask('start-capture', { url, ...options });
    const bundle = await capturedBundle(browser, captureId, 150_000);
    expect(Buffer.from(await bundle.read('evidence/file.bin')).equals(site.file)).toBe(true);
    const artefact = bundle.record.artefacts.find(({ kind }) => kind === 'file');
    expect(artefact?.about).toMatchObject({ url, status: 200, complete: true, mediaType: 'application/pdf' });
    const stored = bundle.responses.find((response) => response.url === url);
    expect(Buffer.from(stored?.payload ?? []).equals(site.file)).toBe(true);
    const { entries } = JSON.parse(await bundle.text('evidence/network.har')).log;
    expect(entries[0]).toMatchObject({ serverIPAddress: '127.0.0.1', connection: String(site.port) });
    expect(entries[0]._tls.protocol).toMatch(/^TLS 1\.[23]$/);
    expect(bundle.names).not.toContain('evidence/tls-chains.json');
    expect(ledgerLines(bundle.view)).toEqual(['challenge offline', 'certificate not-readable']);
  });

  test('after the certificate changed, that of the origin is not passed off as that of each request', async () => {
    const bundle = await capture('/?later');
    const { origins, responses } = await chainsOf(bundle);
    const held = Buffer.from(origins[0]!.chain[0]!, 'base64');
    const marks = new Map(
      responses.map(({ url, certificate }) => [url.slice(site.origin.length), certificate]),
    );
    const servedUnderHeld = ['/?later', '/later.json'].filter((path) =>
      held.equals(site.servedUnder(path) ?? new Uint8Array()),
    );
    expect(servedUnderHeld).toHaveLength(1);
    for (const path of ['/?later', '/later.json'])
      expect([path, marks.get(path)]).toEqual([
        path,
        servedUnderHeld.includes(path) ? 'this-request' : 'this-origin',
      ]);
  });
});
