import type { NotCapturedReason } from '#shared/artefact/not-captured';

/**
 * Ends a capture early. Thrown by whichever step notices; the engine catches it once, keeps what is stored and
 * reports `reason` as the outcome's `cut`.
 */
export class CaptureCut extends Error {
  readonly reason: NotCapturedReason;

  constructor(reason: NotCapturedReason, detail: string) {
    super(detail);
    this.name = 'CaptureCut';
    this.reason = reason;
  }
}
