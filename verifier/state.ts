import type { CaptureRecord } from '#shared/bundle/capture-record';
import type { ExcerptReport } from '#shared/verify/excerpt';
import type { Bilingual } from '#shared/verify/report';
import type { TrustAnchors } from '#shared/verify/trust-anchors';
import type { PackageReport } from '#shared/verify/verify-package';
import type { WorkerAnswer } from './messages.ts';

/** A trust file as chosen. */
export interface TrustFile {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly anchors: TrustAnchors;
}

/** Where the verification of one file stands. */
export type Outcome =
  | { readonly state: 'waiting' }
  | {
      readonly state: 'running';
      readonly check: Bilingual;
      readonly done: number;
      readonly total: number;
      readonly bytes: number;
    }
  | { readonly state: 'verified'; readonly report: PackageReport; readonly record?: CaptureRecord }
  | { readonly state: 'failed'; readonly reason: string };

/** A file that was to be an excerpt of the package's recording; no report when it could not be read. */
export interface ExcerptFile {
  readonly name: string;
  readonly report?: ExcerptReport;
}

export interface PackageFile {
  /** The page's number for this file under these anchors. */
  readonly id: number;
  readonly file: File;
  readonly outcome: Outcome;
  readonly excerpts: readonly ExcerptFile[];
}

export interface State {
  readonly trust: readonly TrustFile[];
  /** A trust file that could not be used, with the reason. */
  readonly trustFault?: { readonly name: string; readonly reason: string };
  readonly packages: readonly PackageFile[];
  readonly selected?: number;
  /** When the newest verification was asked for, UTC ms. */
  readonly at: number;
}

export const emptyState: State = { trust: [], packages: [], at: 0 };

/** What an answer of the worker changes; answers about files that are gone change nothing. */
export function withAnswer(state: State, answer: WorkerAnswer): State {
  if (answer.type === 'picture') return state;
  const packages = state.packages.map((one) => (one.id === answer.id ? withNews(one, answer) : one));
  return { ...state, packages };
}

type News = Exclude<WorkerAnswer, { type: 'picture' }>;

function withNews(item: PackageFile, news: News): PackageFile {
  if (news.type !== 'excerpt') return { ...item, outcome: outcomeOf(news) };
  const { name, report } = news;
  const excerpt = { name, ...(report === undefined ? {} : { report }) };
  return { ...item, excerpts: [...item.excerpts, excerpt] };
}

function outcomeOf(answer: Exclude<News, { type: 'excerpt' }>): Outcome {
  switch (answer.type) {
    case 'progress': {
      const { check, done, total, bytes } = answer;
      return { state: 'running', check, done, total, bytes };
    }
    case 'verified': {
      const { report, record } = answer;
      return { state: 'verified', report, ...(record === undefined ? {} : { record }) };
    }
    case 'failed':
      return { state: 'failed', reason: answer.reason };
  }
}
