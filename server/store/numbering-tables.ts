/** What became of capture numbers, and of devices that showed two histories. */
export interface NumberingTables {
  numberClosings: NumberClosingRow;
  numberGaps: NumberGapRow;
  deviceForks: DeviceForkRow;
  carriedChallenges: CarriedChallengeRow;
}

/** A number that ended without a package, as its device says. */
export interface NumberClosingRow {
  device: string;
  sequence: number;
  outcome: string;
  /** Journal entry that says so. */
  journalSeq: number;
  journalHead: string;
  closedAt: number;
  /** tlog-proof of its leaf. */
  proof: string;
}

/** Numbers `first` to `last` of a device, declared missing. */
export interface NumberGapRow {
  device: string;
  first: number;
  last: number;
  declaredAt: number;
}

interface DeviceForkRow {
  device: string;
  at: number;
  reason: string;
}

/** A one-use challenge that leaves the service in a signed file. */
export interface CarriedChallengeRow {
  nonce: string;
  organisation: string;
  /** `null`: any device of the organisation. */
  device: string | null;
  issuedAt: number;
  /** `ChallengeFile` as issued. */
  file: string;
  /** Package whose bundle was begun under it. */
  usedBy: string | null;
}
