import type { Ports, SignatureAlgorithm } from '#shared/lib/port';
import type { EvidenceTasks } from '../evidence/evidence-tasks.ts';
import type { EvidenceBlobs } from '../store/evidence-blobs.ts';
import type { SpaceGuard } from '../store/free-space.ts';
import type { Store } from '../store/store.ts';

/** Appends to the transparency log; resolves when the leaf is durable and under a signed checkpoint. */
export interface LeafLog {
  /** Verifier key, C2SP signed-note. */
  readonly vkey: string;
  append(leaf: Uint8Array): Promise<{ index: bigint; proof: string }>;
  /** Newest signed checkpoint, C2SP text. */
  checkpoint(): string;
}

/** An RFC 3161 time-stamp authority: 32-byte digest in, TimeStampResp DER out. */
export interface TimeStamper {
  stamp(digest: Uint8Array): Promise<Uint8Array>;
}

/** The key receipts are signed with. */
interface ReceiptSigner {
  /** X.509, DER. */
  readonly certificate: Uint8Array;
  /** Its issuers, root last; DER. */
  readonly chain: readonly Uint8Array[];
  readonly algorithm: SignatureAlgorithm;
  sign(data: Uint8Array): Promise<Uint8Array>;
}

/** Folders below `<data>/service/`, all on one file system so that files move by renaming and linking. */
interface IntakeFolders {
  /** Bytes of uploads, named by the id of the upload; in the clear until the upload is whole. */
  readonly incoming: string;
  /** One folder for each package being sealed. */
  readonly work: string;
  readonly refused: string;
  /** One folder for each sealed package. */
  readonly packages: string;
}

/** What taking evidence in needs from the rest of the service. */
export interface IntakeContext {
  readonly store: Store;
  readonly ports: Ports;
  readonly tasks: EvidenceTasks;
  readonly log: LeafLog;
  readonly stamper: TimeStamper;
  readonly signer: ReceiptSigner;
  readonly folders: IntakeFolders;
  /** What lies in these folders, once its last byte has been acknowledged. */
  readonly evidence: EvidenceBlobs;
  readonly space: SpaceGuard;
  /** How long a number may be awaited before it is declared missing, ms. */
  readonly gapAfterMs: number;
  now(): Date;
}
