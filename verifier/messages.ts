import type { CaptureRecord } from '#shared/bundle/capture-record';
import type { ExcerptReport } from '#shared/verify/excerpt';
import type { Bilingual } from '#shared/verify/report';
import type { PackageReport } from '#shared/verify/verify-package';

/** What the page asks of its worker. `id` is the page's number for a file. */
export type WorkerRequest =
  | {
      readonly type: 'verify';
      readonly id: number;
      readonly file: File;
      /** Trust files as chosen; they have been read once without fault. */
      readonly trust: readonly Uint8Array[];
      /** UTC ms. */
      readonly now: number;
    }
  | { readonly type: 'picture'; readonly id: number; readonly path: string }
  /** Whether `file` is an excerpt of the recording in package `id`. */
  | { readonly type: 'excerpt'; readonly id: number; readonly file: File }
  | { readonly type: 'forget'; readonly id: number };

/** What the worker tells. */
export type WorkerAnswer =
  | {
      readonly type: 'progress';
      readonly id: number;
      /** What is being checked. */
      readonly check: Bilingual;
      readonly done: number;
      readonly total: number;
      /** Read so far; a package is read more than once. */
      readonly bytes: number;
    }
  | {
      readonly type: 'verified';
      readonly id: number;
      readonly report: PackageReport;
      /** Only when every check of the bundle held. */
      readonly record?: CaptureRecord;
    }
  | { readonly type: 'failed'; readonly id: number; readonly reason: string }
  | {
      readonly type: 'excerpt';
      readonly id: number;
      readonly name: string;
      /** Absent when the file could not be read. */
      readonly report?: ExcerptReport;
    }
  | {
      readonly type: 'picture';
      readonly id: number;
      readonly path: string;
      /** Absent when it could not be read. */
      readonly bytes?: Uint8Array<ArrayBuffer>;
    };
