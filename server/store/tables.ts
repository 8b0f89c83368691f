import type { UploadUsageRow } from './admission.ts';
import type { CaseTables } from './case-tables.ts';
import type { EncryptionTables } from './encryption-tables.ts';
import type { NumberingTables } from './numbering-tables.ts';
import type { PeopleTables } from './people-tables.ts';
import type { SecondLookRow, SecondLookSealRow } from './second-looks.ts';
import type { SignInTables } from './sign-in-tables.ts';

/**
 * Tables of the metadata store. Times are UTC milliseconds, digests lower-case hexadecimal, JSON is text.
 * Columns are snake_case in the database (kysely's CamelCasePlugin maps them).
 */
export interface Tables extends PeopleTables, SignInTables, CaseTables, NumberingTables, EncryptionTables {
  devices: DeviceRow;
  pairingCodes: PairingCodeRow;
  sessionNonces: SessionNonceRow;
  sessions: SessionRow;
  challenges: ChallengeRow;
  anchors: AnchorRow;
  uploads: UploadRow;
  packages: PackageRow;
  captures: CaptureRow;
  journalMarks: JournalMarkRow;
  jobs: JobRow;
  pendingLeaves: PendingLeafRow;
  uploadUsage: UploadUsageRow;
  secondLooks: SecondLookRow;
  secondLookSeals: SecondLookSealRow;
}

export interface DeviceRow {
  /** First 8 hex digits of SHA-256(SPKI DER). */
  id: string;
  /** SPKI DER, base64. */
  publicKey: string;
  name: string;
  pairedAt: number;
  revokedAt: number | null;
  suspendedAt: number | null;
  suspension: string | null;
  organisation: string;
  /** Who paired it; `null` when the operator's script did. */
  user: string | null;
  /** X.509 certificate for its key, DER as base64; `null` until the device has signed in with this version. */
  certificate: string | null;
}

export interface PairingCodeRow {
  id: string;
  /** Hex; scrypt salt and hash of the code. The code itself is never stored. */
  salt: string;
  hash: string;
  createdAt: number;
  expiresAt: number;
  triesLeft: number;
  usedAt: number | null;
  /** Whose device the code makes. */
  organisation: string;
  user: string | null;
}

interface SessionNonceRow {
  /** SHA-256 of the nonce. */
  hash: string;
  device: string;
  expiresAt: number;
}

interface SessionRow {
  /** SHA-256 of the bearer token. */
  tokenHash: string;
  device: string;
  createdAt: number;
  expiresAt: number;
}

export interface ChallengeRow {
  nonce: string;
  device: string;
  sequence: number;
  journalSeq: number;
  journalHead: string;
  issuedAt: number;
  /** `ChallengeFile` as issued. */
  file: string;
  /** Package whose bundle closed it. */
  usedBy: string | null;
  /** Case the device named when it asked. */
  caseId: string | null;
}

export interface AnchorRow {
  device: string;
  digest: string;
  /** RFC 3161 TimeStampResp, base64. */
  token: string;
  proof: string;
  createdAt: number;
}

export interface UploadRow {
  /** Id of the tus upload. */
  id: string;
  device: string;
  /** Capture id and digest as declared when the upload was created. */
  capture: string;
  sha256: string;
  package: string;
  bytes: number;
  createdAt: number;
  finishedAt: number | null;
}

export interface PackageRow {
  id: string;
  /** Owner: the uploader until the bundle has named its device. */
  device: string;
  /** Read from the verified bundle. */
  capture: string | null;
  sha256: string;
  bytes: number;
  /** Name of the file below `incoming/`. */
  upload: string;
  receivedAt: number;
  state: string;
  /** Why the package waits, `{code, entry, message}` as JSON; only in the state `waiting`. */
  waiting: string | null;
  verdict: string | null;
  refusalCode: string | null;
  refusalEntry: string | null;
  refusalMessage: string | null;
  /** JSON array of defect names. */
  defects: string;
  /** `Receipt` as JSON. */
  receipt: string | null;
  /** Case id, or the device for captures without a case: seals of one chain name their predecessor. */
  chain: string | null;
  previousSeal: string | null;
  sealLeaf: string | null;
  /** JSON array of finished seal steps. */
  done: string;
  sealedAt: number | null;
  sealedBytes: number | null;
  sealedSha256: string | null;
  /** Its device's, when the last byte arrived. */
  organisation: string;
  /** `null`: 待归案. */
  caseId: string | null;
  /** Final URL, title and start, as the verified bundle records them. */
  url: string | null;
  title: string | null;
  capturedAt: number | null;
}

/** Which package holds capture number `sequence` of a device. */
interface CaptureRow {
  device: string;
  sequence: number;
  package: string;
  /** SHA-256 of `evidence/journal.jsonl`: the same capture wrapped twice has the same. */
  journal: string;
}

/** Journal entries the service has seen named: two hashes for one number are a fork. */
export interface JournalMarkRow {
  device: string;
  seq: number;
  hash: string;
}

export interface JobRow {
  package: string;
  runAfter: number;
  leaseOwner: string | null;
  leaseUntil: number | null;
  attempts: number;
  lastError: string | null;
}

/** A leaf that is in the log, but that too few witnesses had cosigned when its append gave up. */
interface PendingLeafRow {
  /** RFC 6962 leaf hash. */
  leafHash: string;
  /** Decimal: an index may exceed 2^53. */
  leafIndex: string;
}
