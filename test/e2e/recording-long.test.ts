import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesSource } from '#shared/lib/bytes-source';
import { concatBytes } from '#shared/lib/concat-bytes';
import { entrySource } from '#shared/lib/zip/read-entry';
import { excerptRanges, verifyExcerpt } from '#shared/recording/excerpt';
import { recordingFacts } from '#shared/recording/recording-facts';
import { chunksOf, verifyRecordingChain } from '#shared/recording/verify-recording-chain';
import { inspectPackage } from '#shared/verify/verify-package';
import { extensionIdOf } from '../../scripts/extension-page.mjs';
import { openFileSource } from '../../server/store/file-source.ts';
import { nodePorts } from '../../server/store/node-ports.ts';
import { extensionMemory } from './extension-memory.ts';
import { canOpenExtension, type ExtensionSession, openExtension } from './extension-session.ts';
import { openTab, play, type RecordingSite, serveRecordingSite } from './recording-page.ts';
import { type RunningService, startService } from './start-service.ts';

const MINUTE = 60_000;
const MB = 2 ** 20;
const RECORD_MS = 20 * MINUTE;
const SAMPLE_MS = 10_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Twenty minutes of picture and sound: only in `npm run test:long`. */
describe.skipIf(!canOpenExtension())('a long recording', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tiezheng-long-recording-'));
  const id = extensionIdOf(fileURLToPath(new URL('../../dist/extension/chrome-mv3', import.meta.url)));
  const flags = [`--allowlisted-extension-id=${id}`, '--autoplay-policy=no-user-gesture-required'];
  let site: RecordingSite;
  let service: RunningService;
  let browser: ExtensionSession;

  beforeAll(async () => {
    site = await serveRecordingSite();
    service = await startService();
    browser = await openExtension(join(folder, 'browser'), flags);
    await browser.ask('pair', { origin: service.url, code: await service.pairingCode(), name: 'test' });
  });
  afterAll(async () => {
    await browser?.close();
    await service?.stop();
    site?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test(
    'memory stays flat, every anchored chain verifies, an excerpt verifies, the file plays to its end',
    async () => {
      const tabId = await openTab(browser, `${site.origin}/live`);
      const request = { tabId, purpose: '', makers: [] };
      const { captureId } = await browser.ask('start-recording', request);
      const memory: number[] = [];
      for (const began = performance.now(); performance.now() - began < RECORD_MS; await pause(SAMPLE_MS)) {
        await browser.collectGarbage();
        memory.push(extensionMemory(browser.pid));
      }
      await browser.ask('stop-recording', { captureId });
      const said = { fromMs: 0, toMs: RECORD_MS, text: '(440 赫兹的声音)' };
      await browser.ask('add-transcript', { captureId, ...said });
      await browser.ask('finish-recording', { captureId });
      const { state, packageId = '', notCaptured } = await browser.ended(captureId, 10 * MINUTE);
      expect([state, notCaptured]).toEqual(['sealed', []]);

      const path = join(service.dataDir, 'service', 'packages', packageId, `${packageId}.asice`);
      const file = await openFileSource(path);
      const { report, contents } = await inspectPackage(file, nodePorts);
      expect(report.checks.filter((check) => check.status === 'fail')).toEqual([]);
      const recorded = contents?.files.get('evidence/recording.webm');
      const listed = contents?.files.get('evidence/recording.jsonl');
      if (contents === undefined || recorded === undefined || listed === undefined)
        throw new Error('no recording in the package');
      const whole = entrySource(contents.source, recorded);
      const journal = await contents.source.read(listed.offset, listed.size);
      const entries = await verifyRecordingChain(journal, whole, captureId, nodePorts);
      const facts = recordingFacts(entries);
      expect(facts).toMatchObject({ gaps: [], sound: true });
      expect(Math.abs(facts.durationMs - RECORD_MS)).toBeLessThan(SAMPLE_MS + 5000);
      const tokens = contents.record.artefacts.filter(({ kind }) => kind === 'recording-anchor').length;
      expect(tokens).toBeGreaterThan(RECORD_MS / MINUTE);

      const chunks = chunksOf(entries);
      const [from, to] = [Math.floor(chunks.length / 2), Math.floor(chunks.length / 2) + 5];
      const cut = concatBytes(
        ...(await Promise.all(
          excerptRanges(chunks, from, to).map(({ offset, bytes }) => whole.read(offset, bytes)),
        )),
      );
      const range = { capture: captureId, from, to };
      expect(await verifyExcerpt(journal, bytesSource(cut), range, nodePorts)).toHaveLength(7);

      site.serve(await whole.read(0, whole.size));
      const shown = await play(browser, site.origin, true);
      expect(shown.ended).toBe(true);
      expect(Math.abs(shown.seconds * 1000 - facts.durationMs)).toBeLessThan(5000);
      site.serve(cut);
      expect((await play(browser, site.origin)).frames).toBeGreaterThan(5);

      const settled = memory.slice((2 * MINUTE) / SAMPLE_MS);
      const [base = 0] = settled;
      const grown = settled.map((bytes) => Math.round((bytes - base) / MB));
      const figures = {
        ...{ minutes: facts.durationMs / MINUTE, megabytes: whole.size / MB, chunks: facts.chunks, tokens },
        ...{ exchanges: facts.exchanges, dropped: facts.droppedFrames, played: shown },
        memory: { base: Math.round(base / MB), least: Math.min(...grown), most: Math.max(...grown) },
      };
      process.stderr.write(`${JSON.stringify(figures)}\n`);
      await file.close();
      expect(Math.max(...grown.map(Math.abs)), JSON.stringify(grown)).toBeLessThanOrEqual(50);
    },
    RECORD_MS + 30 * MINUTE,
  );
});
