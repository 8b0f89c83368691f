import type { CaptureRecord, SequenceStep } from '#shared/bundle/capture-record';
import { captureRecordBytes } from '#shared/bundle/capture-record-json';
import type { FactsFile } from '#shared/fact/facts-file';
import { sha256Hex } from '#shared/lib/sha256';
import { environmentFacts } from '#shared/seal/certificate/environment-facts';
import type { Fact } from '#shared/seal/certificate/facts';
import { packagePath } from '#shared/seal/layout';
import { visibleText } from '#shared/seal/visible-text';
import { algorithmEnd } from './algorithm-end.ts';
import { countedRenewals } from './protection-check.ts';
import { certificatesEnd, earliestEnd } from './protection-end.ts';
import type { StampedTime } from './stamped-time.ts';
import type { Verification } from './verification.ts';

/** A time-stamp as people read it. */
export interface TimeFact {
  /** UTC, ISO 8601. */
  readonly at: string;
  /** Name of the authority that issued the token. */
  readonly authority: string;
}

/**
 * What the package says of itself, as far as the checks that establish it held; a slot is absent otherwise. Invisible
 * characters are already code points in brackets.
 */
export interface PackageFacts {
  readonly id?: string;
  readonly capture?: string;
  /** SHA-256 of the bundle. */
  readonly bundle?: string;
  readonly bytes?: number;
  readonly title?: string;
  readonly url?: { readonly requested: string; readonly final: string };
  /** Place in a sequence of linked captures, and the digest by which the next step names this one. */
  readonly sequence?: SequenceStep & { readonly record: string };
  /** t0: genTime of the challenge. */
  readonly started?: TimeFact;
  /** t1: genTime of the anchor; unaltered since. */
  readonly anchored?: TimeFact;
  readonly sealed?: TimeFact;
  /** Time-stamps of further authorities over the same text. */
  readonly alsoSealed?: readonly TimeFact[];
  /** Between t0 and t1. */
  readonly intervalSeconds?: number;
  readonly artefacts?: number;
  /** Entries of the ledger: what could not be captured. */
  readonly notCaptured?: number;
  /** Visible text that occurs in no recorded response, as the device compared; null where it could not. */
  readonly unexplained?: {
    readonly count: number;
    /** On the page as found and not as reloaded. */
    readonly foundOnly: number;
    readonly texts: readonly string[];
  } | null;
  /** The page as found beside the page as captured; null where one of them is missing. */
  readonly difference?: {
    readonly title: readonly [found: string, final: string];
    readonly onlyFound: number;
    readonly onlyFinal: number;
  } | null;
  /** Named defects which do not refuse: no challenge, no anchor, wide interval, … */
  readonly defects?: readonly string[];
  /** What the environment report says, each fact with whom it rests on. */
  readonly environment?: readonly Fact[];
  readonly signer?: { readonly name: string; readonly issuer: string };
  /** Times of the renewals, in their order; only of a package in its wrapper. */
  readonly renewed?: readonly TimeFact[];
  /** When the package should be renewed again at the latest, and because of what: a certificate or an algorithm. */
  readonly protectedUntil?: { readonly at: string; readonly by: string };
  /** Names of certificates which say themselves that they come from a built-in trial authority. */
  readonly selfIssued?: readonly string[];
  readonly log?: { readonly origin: string; readonly index: string; readonly size: string };
  /** Names of witnesses whose cosignature is verified against the keys in `trust/`; none: 可分叉. */
  readonly witnesses?: readonly string[];
}

/** Reads the facts out of what the checks established. */
export function packageFacts(verification: Verification): PackageFacts {
  const { found, source } = verification;
  const {
    bagInfo,
    bundle,
    captureId,
    members,
    receipt,
    signature,
    sealProof,
    startTime,
    anchorTime,
    sealTime,
  } = found;
  const { furtherSealTimes = [], bundleTime, signatureTime } = found;
  const stamps = [startTime, anchorTime, bundleTime, sealTime, ...furtherSealTimes, signatureTime];
  return compact({
    id: bagInfo?.externalIdentifier,
    capture: captureId,
    bundle: captureId === undefined ? undefined : members?.get(packagePath.bundle(captureId))?.sha256,
    bytes: source.size,
    title: bundle && visibleText(bundle.record.title),
    url: bundle && {
      requested: visibleText(bundle.record.url.requested),
      final: visibleText(bundle.record.url.final),
    },
    sequence: bundle && sequenceFact(bundle.record),
    started: timeFact(startTime),
    anchored: timeFact(anchorTime),
    sealed: timeFact(sealTime),
    alsoSealed: found.furtherSealTimes?.map((stamp) => timeFact(stamp)).filter((fact) => fact !== undefined),
    intervalSeconds: startTime && anchorTime && (anchorTime.genTime - startTime.genTime) / 1000,
    artefacts: bundle?.record.artefacts.length,
    notCaptured: bundle?.record.notCaptured.length,
    unexplained: unexplainedFact(bundle?.facts),
    difference: differenceFact(bundle?.facts),
    defects:
      bundle && [...new Set([...bundle.defects, ...(receipt?.receipt.defects ?? [])])].map(visibleText),
    environment: bundle?.environment && environmentFacts(bundle.environment),
    signer: signature && {
      name: visibleText(signature.signer.subject.text),
      issuer: visibleText(signature.signer.issuer.text),
    },
    renewed: found.renewals?.map((stamp) => timeFact(stamp)).filter((fact) => fact !== undefined),
    protectedUntil: protectedUntil(verification),
    selfIssued: selfIssuedNames([
      ...(signature === undefined ? [] : [signature.signer.subject.commonName]),
      ...stamps.flatMap((stamp) => (stamp === undefined ? [] : [stamp.signer.subject.commonName])),
    ]),
    log: sealProof && {
      origin: visibleText(sealProof.origin),
      index: String(sealProof.index),
      size: String(sealProof.size),
    },
    witnesses: sealProof?.cosigners.map(({ name }) => visibleText(name)),
  });
}

const SHOWN_TEXTS = 20;

function unexplainedFact(facts: FactsFile | undefined): PackageFacts['unexplained'] {
  const found = facts?.unexplained;
  if (found === undefined || found === null) return found;
  const { count, foundOnly, entries } = found;
  return { count, foundOnly, texts: entries.slice(0, SHOWN_TEXTS).map(({ text }) => visibleText(text)) };
}

function differenceFact(facts: FactsFile | undefined): PackageFacts['difference'] {
  const found = facts?.difference;
  if (found === undefined || found === null) return found;
  const { title, onlyFound, onlyFinal } = found;
  return {
    title: [visibleText(title.found), visibleText(title.final)],
    onlyFound: onlyFound.count,
    onlyFinal: onlyFinal.count,
  };
}

/** A record has one form only: its digest is that of the file. */
function sequenceFact(record: CaptureRecord): PackageFacts['sequence'] {
  const { sequence } = record;
  if (sequence === undefined) return undefined;
  const shown = { title: visibleText(sequence.title), label: visibleText(sequence.label) };
  return { ...sequence, ...shown, record: sha256Hex(captureRecordBytes(record)) };
}

function protectedUntil(verification: Verification): PackageFacts['protectedUntil'] {
  const { sealTime, signatureTime } = verification.found;
  const newest = countedRenewals(verification).at(-1);
  const stamps = newest === undefined ? [sealTime, signatureTime] : [newest];
  const known = stamps.filter((stamp) => stamp !== undefined);
  if (known.length === 0) return undefined;
  const { at, by } = earliestEnd(
    known.flatMap((stamp) => [
      certificatesEnd(stamp),
      ...[stamp.signer, ...stamp.certificates].map(algorithmEnd),
    ]),
  );
  return { at: new Date(at).toISOString(), by: visibleText(by) };
}

function timeFact(stamp: StampedTime | undefined): TimeFact | undefined {
  if (stamp === undefined) return undefined;
  return {
    at: new Date(stamp.genTime).toISOString(),
    authority: visibleText(stamp.signer.subject.commonName),
  };
}

/** The trial authority writes "(self-issued)" into every certificate it makes. */
function selfIssuedNames(names: readonly string[]): string[] {
  return [...new Set(names.filter((name) => name.includes('(self-issued)')))].map(visibleText);
}

type Compact<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function compact<T extends object>(value: T): Compact<T> {
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(members) as Compact<T>;
}
