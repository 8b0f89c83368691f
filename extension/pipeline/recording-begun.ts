import type { Host } from '../host/host.ts';
import type { CaptureRow } from '../store/rows.ts';
import type { BegunRecorder } from './begin-recorder.ts';

/** What the row of a recording says once it runs. @param watched whether its exchanges are seen */
export function recordingBegun(
  facts: Host['facts'],
  startedAt: number,
  { source, tab, sound, width, height, beganMono }: BegunRecorder,
  watched: boolean,
): Partial<CaptureRow> {
  return {
    outcome: {
      requestedUrl: tab.url,
      finalUrl: tab.url,
      title: tab.title,
      viewport: { width, height, scale: 1 },
      ...facts,
      tamperSignals: [],
    },
    engine: {
      id: `chromium-${source}`,
      version: facts.userAgent.slice(0, 200),
      provides: {
        // A page that does not change, or is hidden, gives no pictures of its own.
        video: source === 'screencast' ? 'partial' : 'yes',
        audio: sound ? 'yes' : 'no',
        navigation: 'yes',
        network: watched ? 'yes' : 'no',
        // What they do before they are attached to is not seen.
        'worker-requests': watched ? 'partial' : 'no',
        tls: 'no',
        dom: 'no',
      },
    },
    recording: { tabId: tab.tabId, startedAt, beganMono, source, sound, held: false, gaps: [] },
    engineStarted: true,
  };
}
