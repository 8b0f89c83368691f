import type { Fact } from './facts.ts';
import type { CertificateInput } from './input.ts';
import { phrase } from './values.ts';

/** What a recording is made of: extent, tokens, gaps, sound and its written record, markers. Nothing for a page. */
export function recordingFact({ recording, record }: CertificateInput['bundle']): readonly Fact[] {
  if (recording === undefined) return [];
  const tokens = record.artefacts.filter(({ kind }) => kind === 'recording-anchor').length;
  const { hiddenMs, mutedMs, sound, transcriptEntries, exchanges, navigations, droppedFrames } = recording;
  return [
    {
      label: 'recording',
      mark: 'device-reported',
      values: [
        phrase('recording-extent', seconds(recording.durationMs), String(recording.chunks)),
        phrase('recording-tokens', String(tokens)),
        ...recording.gaps.map(({ fromMs, toMs }) => phrase('recording-gap', seconds(fromMs), seconds(toMs))),
        ...(exchanges + navigations === 0
          ? []
          : [phrase('recording-network', String(exchanges), String(navigations))]),
        ...(droppedFrames === undefined || droppedFrames === 0
          ? []
          : [phrase('recording-dropped', String(droppedFrames))]),
        ...(hiddenMs === 0 ? [] : [phrase('recording-hidden', seconds(hiddenMs))]),
        ...(mutedMs === 0 ? [] : [phrase('recording-muted', seconds(mutedMs))]),
        sound ? phrase('recording-text', String(transcriptEntries)) : phrase('recording-silent'),
        ...recording.markers.map(({ offsetMs, note }) => phrase('recording-marker', seconds(offsetMs), note)),
      ],
    },
  ];
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
