import { bundlePath } from '#shared/bundle/layout';
import { packagePath } from '../layout.ts';
import type { Fact, FactSection, FactValue } from './facts.ts';
import type { CertificateInput } from './input.ts';
import { readLogProof } from './log-proof-summary.ts';
import { lostNumbers } from './lost-numbers.ts';
import { numberingValues } from './numbering-values.ts';
import { pageComparison } from './page-comparison.ts';
import { recordingFact } from './recording-fact.ts';
import { certificateTextEn } from './text-en.ts';
import { digest, instant, phrase, text } from './values.ts';

/** 5 取证过程: method, engine, and for every evidence field whether that engine can provide it. */
export function processSection({ bundle }: CertificateInput): FactSection {
  const { record } = bundle;
  const { engine } = record;
  const fields = (answer: string) =>
    Object.keys(engine.provides)
      .sort()
      .filter((field) => engine.provides[field] === answer)
      .join(' · ');
  const provides = (['yes', 'partial', 'no'] as const)
    .filter((answer) => fields(answer) !== '')
    .map((answer) => phrase(`provides-${answer}`, fields(answer)));
  const facts: Fact[] = [
    {
      label: 'method',
      mark: 'device-reported',
      values: [record.method.trim() === '' ? phrase('not-stated') : text(record.method)],
    },
    { label: 'engine', mark: 'device-reported', values: [phrase('engine', engine.id, engine.version)] },
    {
      label: 'device-times',
      mark: 'device-reported',
      values: [instant(record.startedAt), instant(record.closedAt)],
    },
    {
      label: 'provides',
      mark: 'device-reported',
      values: provides.length === 0 ? [phrase('not-stated')] : provides,
    },
  ];
  return { key: 'process', facts: [...facts, ...pageComparison(bundle), ...recordingFact(bundle)] };
}

/** 6 固定保全: the bundle and the journal by their digests; the file table follows it. */
export function fixationSection(input: CertificateInput, journalSha256: string): FactSection {
  const { bundle } = input;
  const facts: Fact[] = [
    {
      label: 'bundle',
      mark: 'service-observed',
      values: [text(`${packagePath.bundle(bundle.record.id)} · ${bundle.bytes} bytes`)],
    },
    { label: 'bundle-digest', mark: 'service-observed', values: [digest(bundle.sha256)] },
    {
      label: 'journal-digest',
      mark: 'service-observed',
      values: [text(bundlePath.journal), digest(journalSha256)],
    },
  ];
  return { key: 'fixation', facts };
}

/** 8 接收、日志与见证. */
export function receiptSection(input: CertificateInput): FactSection {
  const { receipt } = input.receipt;
  const { defects } = receipt;
  const proof = readLogProof(input.receipt.proof);
  const lost = lostNumbers(input.bundle.journal, input.bundle.record.id);
  const facts: Fact[] = [
    {
      label: 'verdict',
      mark: 'service-observed',
      values: [
        instant(Date.parse(receipt.receivedAt)),
        phrase(receipt.verdict === 'accepted' ? 'verdict-accepted' : 'verdict-refused'),
      ],
    },
    {
      label: 'defects',
      mark: 'service-observed',
      values: defects.length === 0 ? [phrase('none')] : defects.map(defectValue),
    },
    {
      label: 'signer',
      mark: 'service-observed',
      values: [text(input.organisation), phrase(input.selfIssued ? 'self-issued' : 'configured')],
    },
    {
      label: 'seal-authority',
      mark: 'service-observed',
      values: input.sealAuthorities.flatMap(({ name, standing }) => [text(name), phrase(standing)]),
    },
    {
      label: 'receipt-log',
      mark: 'service-observed',
      values: [
        proof === undefined
          ? phrase('not-recorded')
          : phrase('logged', proof.origin, proof.index, proof.size),
      ],
    },
    { label: 'witnesses', mark: 'service-observed', values: witnesses(proof?.cosigners ?? []) },
    { label: 'numbering', mark: 'service-observed', values: numberingValues(input) },
    ...(lost.length === 0 ? [] : [{ label: 'history-lost', mark: 'device-reported', values: lost } as const]),
    { label: 'open-challenges', mark: 'service-observed', values: openChallenges(input) },
    {
      label: 'previous-seal',
      mark: 'service-observed',
      values: [input.previousSeal === '-' ? phrase('first-of-chain') : digest(input.previousSeal)],
    },
  ];
  return { key: 'receipt', facts };
}

/** Receipts of other versions may name defects this one has no words for: their code is printed. */
function defectValue(code: string): FactValue {
  return isKnown(code) ? { type: 'defect', defect: code } : text(code);
}

function isKnown(code: string): code is keyof typeof certificateTextEn.defects {
  return Object.hasOwn(certificateTextEn.defects, code);
}

function witnesses(cosigners: readonly string[]): FactValue[] {
  return cosigners.length === 0
    ? [phrase('no-witness')]
    : cosigners.map((name) => phrase('witnessed-by', name));
}

function openChallenges({ openChallenges: open, carriedUnused = 0 }: CertificateInput): FactValue[] {
  if (open === undefined) return [phrase('open-challenges-unknown')];
  const carried = carriedUnused === 0 ? [] : [phrase('carried-unused', String(carriedUnused))];
  if (open.length === 0) return [phrase('no-open-challenge'), ...carried];
  return [
    ...open.map(({ device, sequence, issuedAt }) =>
      phrase('open-challenge', device, String(sequence), issuedAt),
    ),
    ...carried,
  ];
}
