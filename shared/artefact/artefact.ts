import type { Sha256 } from '#shared/lib/sha256';
import type { ArtefactKind } from './index.ts';

/** One stored file of a capture, as `evidence/capture.json` lists it. */
export interface Artefact {
  readonly kind: ArtefactKind;
  readonly path: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly sha256: Sha256;
  /** UTC milliseconds since 1970 by the device clock, when storing ended. */
  readonly createdAt: number;
  /** Monotonic milliseconds since the capturing context started (performance.now). */
  readonly createdAtMono: number;
  /** The code that made it, e.g. `chromium-debugger`. */
  readonly createdBy: string;
  /** Kind-specific facts: frame URL of a DOM, rectangle and scale of a tile, start and end of a picture. */
  readonly about?: Readonly<Record<string, string | number | boolean>>;
}
