import type { CaptureView } from '#shared/view/capture-view';
import type { ArtefactRow, CaptureRow } from '../rows.ts';

/** The JSON a watcher of a capture gets, from its rows. */
export function captureViewOf(row: CaptureRow, artefacts: readonly ArtefactRow[]): CaptureView {
  const { bytes, sha256 } = row.package ?? { bytes: null, sha256: null };
  const error = row.error ?? row.cutBy;
  return {
    captureId: row.id,
    sequence: row.sequence,
    state: row.state,
    kind: row.request.kind ?? 'page',
    mode: row.request.mode,
    requestedUrl: row.request.requestedUrl,
    finalUrl: row.outcome?.finalUrl ?? row.request.requestedUrl,
    title: row.outcome?.title ?? '',
    startedAt: row.startedAt,
    steps: row.steps,
    artefacts: artefacts.map(({ kind, path, bytes: size, sha256: hash }) => ({
      kind,
      path,
      bytes: size,
      sha256: hash,
    })),
    notCaptured: row.notCaptured,
    cut: row.cut,
    challenged: row.challenge !== undefined,
    anchored: row.anchored,
    seal: { done: row.package?.done ?? [], steps: row.package?.steps ?? [] },
    ...(row.request.caseId === undefined ? {} : { caseId: row.request.caseId }),
    ...(row.request.sequence === undefined ? {} : { sequenceStep: row.request.sequence }),
    ...(row.closedAt === undefined ? {} : { closedAt: row.closedAt }),
    ...(row.bundle === undefined ? {} : { bundle: row.bundle }),
    ...(row.packageId === undefined ? {} : { packageId: row.packageId }),
    ...(row.package === undefined ? {} : { packageState: row.package.state }),
    ...(bytes === null || sha256 === null ? {} : { sealed: { sha256, bytes } }),
    ...(error === undefined ? {} : { error }),
  };
}
