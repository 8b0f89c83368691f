import type { PackageAnswer, PackageState } from '#shared/api/schemas';
import type { Package } from '../store/packages.ts';
import type { Upload } from '../store/uploads.ts';

/** A package as the API shows it. `steps` are the names of all seal steps. */
export function packageAnswerOf(row: Package, steps: readonly string[]): PackageAnswer {
  return {
    id: row.id,
    capture: row.capture,
    state: row.state as PackageState,
    done: JSON.parse(row.done) as string[],
    steps: [...steps],
    refusal:
      row.refusalCode === null
        ? null
        : { code: row.refusalCode, entry: row.refusalEntry, message: row.refusalMessage ?? '' },
    waiting: row.waiting === null ? null : (JSON.parse(row.waiting) as PackageAnswer['waiting']),
    sealedAt: row.sealedAt === null ? null : new Date(row.sealedAt).toISOString(),
    bytes: row.sealedBytes,
    sha256: row.sealedSha256 as PackageAnswer['sha256'],
  };
}

/** A package whose bytes are still arriving. */
export function receivingAnswerOf(upload: Upload, steps: readonly string[]): PackageAnswer {
  return {
    id: upload.package,
    capture: upload.capture,
    state: 'receiving',
    done: [],
    steps: [...steps],
    refusal: null,
    waiting: null,
    sealedAt: null,
    bytes: null,
    sha256: null,
  };
}
