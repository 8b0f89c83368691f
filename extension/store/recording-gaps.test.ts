import { describe, expect, test } from 'vitest';
import { withoutGaps } from './recording-gaps.ts';
import type { CaptureRow, RecordingGap } from './rows.ts';

const crashed: RecordingGap = {
  kind: 'unwatched',
  fromMs: 1500,
  reason: 'crashed',
  why: "the page's process ended",
};
const hidden: RecordingGap = {
  kind: 'hidden',
  fromMs: 0,
  reason: 'not-reached',
  why: 'the tab was not in front',
};

function rowWith(source: 'tab-capture' | 'screencast', gaps: RecordingGap[]): CaptureRow {
  const recording = { tabId: 1, startedAt: 0, beganMono: 0, source, sound: false, held: false, gaps };
  const before = { what: 'dialog', reason: 'cancelled' } as const;
  return { recording, notCaptured: [before] } as unknown as CaptureRow;
}

const said = (change: Partial<CaptureRow>) =>
  change.notCaptured?.map(({ what, reason, detail }) => [what, reason, detail]);

describe('gaps of a recording', () => {
  test('what is open at the end is listed after what was listed before', () => {
    const change = withoutGaps(rowWith('tab-capture', [crashed]), 4000);
    expect(said(change)).toEqual([
      ['dialog', 'cancelled', undefined],
      ['network', 'crashed', "1.5 s to 4.0 s: the page's process ended"],
    ]);
    expect(change.recording?.gaps).toEqual([]);
  });

  test('a recording whose pictures come by the watch lacks those too', () => {
    const change = withoutGaps(rowWith('screencast', [crashed, hidden]), undefined);
    expect(said(change)?.slice(1)).toEqual([
      ['network', 'crashed', "1.5 s to the end: the page's process ended"],
      ['recording', 'crashed', "1.5 s to the end: the page's process ended"],
      ['recording', 'not-reached', '0.0 s to the end: the tab was not in front'],
    ]);
  });

  test('one kind ends and the other goes on', () => {
    const change = withoutGaps(rowWith('screencast', [crashed, hidden]), 9000, 'hidden');
    expect(change.recording?.gaps).toEqual([crashed]);
    expect(said(change)).toHaveLength(2);
  });

  test('nothing open changes nothing', () => {
    expect(withoutGaps(rowWith('screencast', []), 9000)).toEqual({});
  });
});
