import type { RegionChoice } from '#shared/artefact/choice';
import type { Language } from '#shared/view/language';
import type { PickRegion } from '../capture/engine.ts';
import { PipelineError } from './pipeline-error.ts';

/** Lets persons choose regions, one at a time on each tab. */
export interface RegionDesk {
  /** @throws CaptureError REGION_NOT_CHOSEN and those of attaching; PipelineError TAB_BUSY */
  pick(tabId: number, language: Language): Promise<RegionChoice>;
  /** Takes the frame off the page; nothing when none is there. */
  cancel(tabId: number): Promise<void>;
}

export function openRegionDesk(pickRegion: PickRegion): RegionDesk {
  const picking = new Map<number, { abort: AbortController; ended: Promise<unknown> }>();
  return {
    pick: async (tabId, language) => {
      if (picking.has(tabId))
        throw new PipelineError('TAB_BUSY', 'a region is being chosen there', { entry: String(tabId) });
      const abort = new AbortController();
      const chosen = pickRegion(tabId, language, abort.signal);
      picking.set(tabId, { abort, ended: chosen.catch(() => undefined) });
      try {
        return await chosen;
      } finally {
        picking.delete(tabId);
      }
    },
    cancel: async (tabId) => {
      const known = picking.get(tabId);
      known?.abort.abort();
      await known?.ended;
    },
  };
}
