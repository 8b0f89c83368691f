import type { Bilingual } from '#shared/verify/report';
import { CaptureError } from '../capture-error.ts';
import type { PickRegion } from '../engine.ts';
import { chooseRegion } from '../page/choose-region.ts';
import { endChoice } from '../page/end-choice.ts';
import { attachDebugger } from './attach-debugger.ts';
import { firstFrame } from './first-frame.ts';
import { FrameWorld } from './frame-world.ts';

/** A frame nobody uses goes away by itself. */
const LIMIT_MS = 180_000;
const ANSWER_MS = 2000;

const help: Bilingual = {
  zh: '点击元素，或拖出矩形。键盘：方向键选元素，R 画矩形（方向键移动，Shift 加方向键缩放），回车确定，Esc 取消',
  en: 'Click an element or drag a rectangle. Keys: arrows choose an element, R draws a rectangle (arrows move, Shift and arrows resize), Enter takes it, Esc cancels',
};

/**
 * Draws a frame over the page, from a script world of its own, until a person has chosen; the frame is gone when this
 * returns. Attached only meanwhile, so that the capture that follows sees no other debugger.
 */
export const pickRegion: PickRegion = async (tabId, language, signal) => {
  const tab = await attachDebugger(tabId);
  const page = tab.target();
  try {
    const frame = await firstFrame(page);
    await page('Page.bringToFront', {});
    const world = await FrameWorld.open(page, frame.id);
    const cancel = () => void world.call(endChoice, []).catch(() => undefined);
    signal.addEventListener('abort', cancel, { once: true });
    const choice = await world
      .call(chooseRegion, [help[language], LIMIT_MS], { timeout: LIMIT_MS + ANSWER_MS })
      .finally(() => signal.removeEventListener('abort', cancel));
    if (choice !== null) return choice;
    throw new CaptureError('REGION_NOT_CHOSEN', 'given up', { entry: frame.url });
  } catch (cause) {
    if (cause instanceof CaptureError) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new CaptureError('REGION_NOT_CHOSEN', message, { cause });
  } finally {
    await tab.detach();
  }
};
