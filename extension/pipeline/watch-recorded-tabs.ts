import type { RecordingDesk } from './recording-desk.ts';

/** Tells recordings what happens to their tab. Registered while the worker's script first runs. */
export function watchRecordedTabs(recordings: RecordingDesk): void {
  const at = () => Date.now();
  // A recording that has just ended has nobody to tell: that is no fault.
  const quietly = (told: Promise<void>) => void told.catch(() => undefined);
  chrome.webNavigation.onCommitted.addListener(({ tabId, frameId, url }) => {
    if (frameId !== 0) return;
    quietly(
      recordings.tell(tabId, { type: 'navigation', at: at(), url: url.slice(0, 20_000).toWellFormed() }),
    );
  });
  chrome.tabs.onActivated.addListener(() => quietly(recordings.tellVisibility()));
  chrome.tabs.onUpdated.addListener((tabId, { mutedInfo }) => {
    if (mutedInfo !== undefined)
      quietly(recordings.tell(tabId, { type: 'mute', at: at(), muted: mutedInfo.muted }));
  });
}
