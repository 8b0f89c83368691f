import type { Sha256 } from '#shared/lib/sha256';

/** A file of a bundle whose bytes lie elsewhere, with what `datapackage.json` says of it. */
export interface BundleFile {
  /** Path inside the bundle, one folder deep. */
  readonly path: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: Sha256;
}
