import { base64Bytes } from '../base64-bytes.ts';
import type { DebuggerTab } from './debugger-tab.ts';

const settings = { format: 'jpeg', quality: 80, maxWidth: 1920, maxHeight: 1200, everyNthFrame: 1 } as const;
const LATE_MS = 2000;

/**
 * Pictures of a tab through Page.startScreencast: 18 to 39 a second measured, none while nothing changes or the tab is
 * hidden. Rejects with CommandError when the page refuses.
 */
export async function castScreen(
  tab: DebuggerTab,
  onPicture: (picture: Blob, mono: number) => void,
): Promise<void> {
  const send = tab.target();
  tab.listen(({ method, params }) => {
    if (method !== 'Page.screencastFrame') return;
    // Without this answer the browser sends no further picture.
    send('Page.screencastFrameAck', { sessionId: params.sessionId }).catch(() => undefined);
    const late = Date.now() - (params.metadata.timestamp ?? Number.NaN) * 1000;
    // The browser tells the wall clock's time, which may have been set meanwhile.
    const mono = performance.now() - (late > 0 && late < LATE_MS ? late : 0);
    onPicture(new Blob([base64Bytes(params.data)], { type: 'image/jpeg' }), mono);
  });
  await send('Page.enable', {});
  await send('Page.startScreencast', settings);
}
