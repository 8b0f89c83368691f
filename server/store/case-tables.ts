/** Tables of cases and of what is known of packages beyond their seal. */
export interface CaseTables {
  cases: CaseRow;
  caseOffices: CaseOfficeRow;
  packageTerms: PackageTermRow;
  corrections: CorrectionRow;
  deletions: DeletionRow;
}

export interface CaseRow {
  id: string;
  organisation: string;
  /** 案件编号, unique within the organisation. */
  number: string;
  title: string;
  /** 案由 */
  cause: string;
  source: string;
  legalBasis: string;
  /** `{scheme, code}` as JSON. */
  category: string | null;
  /** `[{name, certificate}]` as JSON. */
  operators: string;
  /** Day, `YYYY-MM-DD`. */
  retainUntil: string | null;
  /** Why nothing of the case may be deleted 保全. */
  hold: string | null;
  /** From 1; every change adds one. */
  version: number;
  createdAt: number;
  /** Id of the device or user. */
  createdBy: string;
}

/** A notary office a case is shared with. */
interface CaseOfficeRow {
  case: string;
  organisation: string;
  sharedAt: number;
}

/** What a package is found by, one row for each exact term, in the order of lists. */
interface PackageTermRow {
  kind: 'hash' | 'host' | 'url' | 'capture';
  term: string;
  organisation: string;
  receivedAt: number;
  package: string;
}

export interface CorrectionRow {
  id: string;
  package: string;
  at: number;
  /** `CorrectionFile` as JSON. */
  record: string;
}

/** A package that is to be deleted, or has been. */
export interface DeletionRow {
  package: string;
  reason: string;
  /** `{id, name, displayName}` as JSON. */
  requestedBy: string;
  requestedAt: number;
  confirmedAt: number | null;
  /** What `tombstoneFile` signs, canonical JSON, from the confirmation on. */
  tombstone: string | null;
  /** `TombstoneFile` as JSON, once signed and logged. */
  file: string | null;
  /** When its bytes were gone. */
  finishedAt: number | null;
}
