import { bundlePath } from '#shared/bundle/layout';
import type { JournalLine } from '#shared/journal/entry';
import { canonicalJson, type Json } from '#shared/lib/canonical-json';
import { isSha256, type Sha256, sha256Hex } from '#shared/lib/sha256';
import { toUtf8 } from '#shared/lib/utf8';
import { packagePath } from '../layout.ts';
import { environmentSection, networkSection } from './environment-sections.ts';
import { environmentWarnings } from './environment-warnings.ts';
import type { ArtefactFact, CertificateFacts, FactValue, LedgerGroup } from './facts.ts';
import type { CertificateInput } from './input.ts';
import { readLogProof } from './log-proof-summary.ts';
import { isUnsealed, lostNumbers } from './lost-numbers.ts';
import { fixationSection, processSection, receiptSection } from './process-sections.ts';
import { sourceOf, subjectSection } from './subject-section.ts';
import { timeSection } from './time-section.ts';
import { phrase, printable, printableAddress } from './values.ts';

/**
 * Everything the certificate of a sealed package states, from the sealed record alone: a pure function, so that
 * portal and verifier show the same. All text from outside is printable on return (hosts in ASCII, invisible
 * characters as code points); only what a font lacks is left to the printer.
 */
export function certificateFacts(input: CertificateInput): CertificateFacts {
  const { bundle, receipt } = input;
  const { record } = bundle;
  const journalSha256 = journalDigest(bundle.journal);
  return {
    systemName: printable(input.systemName),
    organisation: printable(input.organisation),
    softwareVersion: printable(input.softwareVersion),
    packageId: input.packageId,
    captureId: record.id,
    sealedAt: input.sealedAt,
    unchangedSince:
      bundle.anchorTime === undefined
        ? { basis: 'receipt', at: Date.parse(receipt.receipt.receivedAt) }
        : { basis: 'anchor', at: bundle.anchorTime },
    warnings: warnings(input),
    sections: [
      subjectSection(record),
      networkSection(input),
      environmentSection(input),
      timeSection(input),
      processSection(input),
      fixationSection(input, journalSha256),
      receiptSection(input),
    ],
    bundle: { path: packagePath.bundle(record.id), sha256: bundle.sha256, bytes: bundle.bytes },
    journal: { path: bundlePath.journal, sha256: journalSha256 },
    artefacts: [
      ...record.artefacts.map(({ path, kind, bytes, sha256, createdAt }) => ({
        ...{ path, kind, bytes, sha256, createdAt },
      })),
      ...recordItself(bundle.journal),
    ],
    ledger: ledger(record.notCaptured),
    redactions: record.redactions.map(({ exchange, field, length, digest }) => ({
      ...{ exchange: printableAddress(exchange), field: printable(field), length, digest },
    })),
  };
}

/** SHA-256 of `evidence/journal.jsonl`: each line is the RFC 8785 form of its entry and LF. */
export function journalDigest(journal: readonly JournalLine[]): Sha256 {
  return sha256Hex(toUtf8(journal.map((line) => `${canonicalJson(line as unknown as Json)}\n`).join('')));
}

/** The capture record lists every artefact but itself; the journal entry of its storing describes it. */
function recordItself(journal: readonly JournalLine[]): ArtefactFact[] {
  return journal.flatMap(({ event, at, detail = {} }) => {
    const { path, bytes, sha256 } = detail;
    if (event !== 'artefact-stored' || path !== bundlePath.captureRecord || !isSha256(sha256)) return [];
    return [{ path, kind: 'capture-record' as const, bytes: Number(bytes), sha256, createdAt: at }];
  });
}

function warnings(input: CertificateInput): FactValue[] {
  const { bundle, connection } = input;
  const { record } = bundle;
  const list: FactValue[] = [];
  if ([record.url.requested, record.url.final].some((url) => /^http:/i.test(url)))
    list.push(phrase('warn-plain-http'));
  if (connection?.publicRoot === false) list.push(phrase('warn-private-root'));
  if (sourceOf(record) !== 'public') list.push(phrase('warn-non-public'));
  if (bundle.anchorTime === undefined) list.push(phrase('warn-no-anchor'));
  if (bundle.challengeTime === undefined) list.push(phrase('warn-no-challenge'));
  if (record.tamperSignals.length > 0) list.push(phrase('warn-tamper', String(record.tamperSignals.length)));
  const foundOnly = bundle.facts?.unexplained?.foundOnly ?? 0;
  if (foundOnly > 0) list.push(phrase('warn-found-only', String(foundOnly)));
  list.push(...environmentWarnings(bundle));
  if (record.notCaptured.some(({ what }) => what === 'capture')) list.push(phrase('warn-cut'));
  const { defects } = input.receipt.receipt;
  if (defects.includes('device-suspended') || defects.includes('device-forked-before'))
    list.push(phrase('warn-fork'));
  if (defects.includes('clock-changed')) list.push(phrase('warn-clock'));
  if (defects.includes('numbers-missing')) list.push(phrase('warn-gap'));
  if (lostNumbers(bundle.journal, record.id).some(isUnsealed)) list.push(phrase('warn-lost'));
  if (input.selfIssued) list.push(phrase('warn-self-issued-signer'));
  const authorities = [...input.sealAuthorities, input.challengeAuthority, input.anchorAuthority];
  if (authorities.some((authority) => authority?.standing === 'self-issued'))
    list.push(phrase('warn-self-issued-time'));
  if ((readLogProof(input.receipt.proof)?.cosigners ?? []).length === 0) list.push(phrase('warn-forkable'));
  return list;
}

function ledger(entries: CertificateInput['bundle']['record']['notCaptured']): LedgerGroup[] {
  const groups = new Map<string, LedgerGroup & { entries: { url?: string; detail?: string }[] }>();
  for (const { what, reason, url, detail } of entries) {
    const key = `${what} ${reason}`;
    const group = groups.get(key) ?? { what, reason, entries: [] };
    groups.set(key, group);
    group.entries.push({
      ...(url === undefined ? {} : { url: printableAddress(url) }),
      ...(detail === undefined ? {} : { detail: printable(detail) }),
    });
  }
  return [...groups.values()];
}
