import type { ChallengeFile } from '#shared/bundle/challenge';
import { type Leaf, leafBytes } from '#shared/log/leaf';

/** What the service has answered for good. Written down the moment the answer is there, and checked at the end. */
export interface Acknowledged {
  /** Log leaves as text → what they are. */
  readonly leaves: Map<string, string>;
  /** Case id → number. */
  readonly cases: Map<string, string>;
  readonly challenges: ChallengeFile[];
  readonly anchors: { device: string; digest: string; token: string; proof: string }[];
  /** Package id → what was uploaded in full. */
  readonly uploads: Map<string, { device: string; sha256: string; end: 'sealed' | 'refused' }>;
  /** Package id → the end the service has named. */
  readonly ends: Map<string, { state: string; sha256: string | null }>;
  /** Package id → receipt text. */
  readonly receipts: Map<string, string>;
  /** `<action> <subject>` of what leaves an entry in the audit trail. */
  readonly audited: Set<string>;
}

/** How much there is of each. */
export interface AcknowledgedCounts {
  answers: number;
  uploads: number;
  ends: number;
  seals: number;
  leaves: number;
  audited: number;
}

export function nothingAcknowledged(): Acknowledged {
  return {
    leaves: new Map(),
    cases: new Map(),
    challenges: [],
    anchors: [],
    uploads: new Map(),
    ends: new Map(),
    receipts: new Map(),
    audited: new Set(),
  };
}

export function countAcknowledged(acknowledged: Acknowledged): AcknowledgedCounts {
  const { uploads, ends, leaves, audited } = acknowledged;
  return {
    answers: leaves.size + uploads.size + audited.size,
    uploads: uploads.size,
    ends: ends.size,
    seals: [...ends.values()].filter(({ state }) => state === 'sealed').length,
    leaves: leaves.size,
    audited: audited.size,
  };
}

/** Text form of a leaf, as `Acknowledged.leaves` has it. */
export function leafText(leaf: Leaf): string {
  return Buffer.from(leafBytes(leaf)).toString('latin1');
}
