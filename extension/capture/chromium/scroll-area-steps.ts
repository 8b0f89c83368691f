import type { NotCapturedReason } from '#shared/artefact/not-captured';
import { base64Bytes } from '../base64-bytes.ts';
import { domFile } from '../dom-file.ts';
import { enterScrollArea } from '../page/enter-scroll-area.ts';
import { leaveScrollArea } from '../page/leave-scroll-area.ts';
import { type ScrollAreaView, scrollAreaTo } from '../page/scroll-area-to.ts';
import type { ScrollAreaCover } from '../scroll-area-omission.ts';
import type { CaptureRun } from './capture-run.ts';
import type { FoundArea } from './capture-scroll-areas.ts';

/** GPUs repeat a picture silently beyond their texture size; see tile-plan. */
const MAX_DEVICE_PX = 4096;
/** Share of the visible part by which one step goes on; the rest overlaps. */
const STEP = 0.9;
/** Positions of one area that paths have room for. */
const MAX_STEPS = 999;
/** Copies of the DOM of one area; bytes. */
const MAX_DOM = 64 * 2 ** 20;
/** An area that loads more at its beginning is asked this often. */
const MAX_CLIMBS = 10;
const FAR = 1e7;

/** Why stepping ended before the area did. */
export interface Halt {
  readonly reason: NotCapturedReason;
  readonly why: string;
}

/** Of one area: its number, device px per CSS px, until when it may be stepped through, and what it means to be later. */
export interface AreaPlace {
  readonly n: number;
  readonly scale: number;
  readonly end: number;
  readonly late: Halt;
}

interface Position {
  readonly view: ScrollAreaView;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly png: Uint8Array<ArrayBuffer>;
  readonly dom: Uint8Array<ArrayBuffer> | undefined;
  /** What is covered once this position is stored; known when it ends a row. */
  readonly cover?: ScrollAreaCover;
}

/**
 * Takes one area from its beginning to its end. A position is stored only after the same document has answered once
 * more, so that no other page's picture is ever stored as this one's.
 */
export class ScrollAreaSteps {
  readonly #run: CaptureRun;
  readonly #found: FoundArea;
  readonly #place: AreaPlace;
  #step = 0;
  /** Whether the DOM has ever changed with the position: then each position has its own. */
  #changes = false;
  #domBytes = 0;
  #domsLeftOut = 0;
  #unproven: Position | undefined;
  /** How much is stored. Undefined while nothing is. */
  cover: ScrollAreaCover | undefined;

  constructor(run: CaptureRun, found: FoundArea, place: AreaPlace) {
    this.#run = run;
    this.#found = found;
    this.#place = place;
  }

  /** Takes and stores every position. @returns why it ended early, if it did. Rejects with CommandError, CaptureCut. */
  async take(): Promise<Halt | undefined> {
    const { world, index } = this.#found;
    const obstacle = await world.call(enterScrollArea, [index]);
    try {
      return obstacle === '' ? await this.#rows() : { reason: 'not-reached', why: obstacle };
    } finally {
      await world.call(leaveScrollArea, []);
      await this.#store();
    }
  }

  async #rows(): Promise<Halt | undefined> {
    let view = await this.#beginning();
    if (typeof view === 'string') return { reason: 'not-reached', why: view };
    const { scale } = this.#place;
    if (Math.max(view.width, view.height) * scale > MAX_DEVICE_PX || Math.min(view.width, view.height) < 1)
      return { reason: 'over-limit', why: 'its visible part is too large, or empty' };
    const { left, top: first } = view;
    for (;;) {
      const halt = await this.#columns(view);
      if (halt !== undefined) return halt;
      const bottom = view.top - first + view.height;
      this.#rowEnds(view, bottom);
      if (this.#found.area.hiddenBelow === 0 || bottom >= view.scrollHeight - 1) return this.#domsMissing();
      if (bottom >= this.#run.limits.height)
        return { reason: 'over-limit', why: `areas are pictured down to ${this.#run.limits.height} px` };
      const next = await this.#on(view.top, view.height, (target) => this.#go(left, target), 'top');
      if ('why' in next) return next;
      view = next;
    }
  }

  /** One row: a single position, unless the area scrolls sideways too. */
  async #columns(first: ScrollAreaView): Promise<Halt | undefined> {
    let view = first;
    for (;;) {
      const halt = await this.#shoot(view);
      if (halt !== undefined) return halt;
      const right = view.left - first.left + view.width;
      if (this.#found.area.hiddenRight === 0 || right >= view.scrollWidth - 1) return undefined;
      const { top } = view;
      const next = await this.#on(view.left, view.width, (target) => this.#go(target, top), 'left');
      if ('why' in next) return next;
      view = next;
    }
  }

  /** Goes on by one step; areas that snap to certain positions may need a longer one. */
  async #on(
    from: number,
    size: number,
    go: (target: number) => Promise<ScrollAreaView | string>,
    along: 'left' | 'top',
  ): Promise<ScrollAreaView | Halt> {
    const step = Math.max(1, Math.floor(size * STEP));
    for (const target of [from + step, from + size, from + 2 * size]) {
      const view = await go(target);
      if (typeof view === 'string') return { reason: 'not-reached', why: view };
      if (view[along] > from + size + 1)
        return { reason: 'not-readable', why: 'it skips positions when scrolled' };
      if (view[along] > from) return view;
    }
    return { reason: 'not-readable', why: 'it scrolls no further' };
  }

  /** The beginning of the area. Chats load what is older when scrolled there. */
  async #beginning(): Promise<ScrollAreaView | string> {
    let view = await this.#go(-FAR, -FAR);
    for (let climb = 0; climb < MAX_CLIMBS && typeof view !== 'string'; climb++) {
      const { scrollHeight } = view;
      const again: ScrollAreaView | string = await this.#go(-FAR, -FAR);
      if (typeof again === 'string' || again.scrollHeight === scrollHeight) break;
      view = again;
    }
    return view;
  }

  #go(left: number, top: number): Promise<ScrollAreaView | string> {
    const { world, index } = this.#found;
    return world.call(scrollAreaTo, [index, left, top]);
  }

  async #shoot(view: ScrollAreaView): Promise<Halt | undefined> {
    await this.#store();
    if (this.#step >= MAX_STEPS) return { reason: 'over-limit', why: `${MAX_STEPS} positions were taken` };
    if (performance.now() > this.#place.end) return this.#place.late;
    const { x, y, width, height } = view;
    const startedAt = Date.now();
    const { data } = await this.#run.page('Page.captureScreenshot', {
      format: 'png',
      optimizeForSpeed: true,
      captureBeyondViewport: !view.inViewport,
      clip: { x, y, width, height, scale: 1 },
    });
    const endedAt = Date.now();
    this.#changes ||= view.changed;
    const dom = this.#changes ? await this.#dom() : undefined;
    this.#step++;
    this.#unproven = { view, startedAt, endedAt, png: base64Bytes(data), dom };
    return undefined;
  }

  #rowEnds({ width, scrollWidth, scrollHeight }: ScrollAreaView, bottom: number): void {
    const sideways = this.#found.area.hiddenRight > 0;
    const whole = sideways ? scrollWidth : width;
    const cover = { width: whole, height: bottom, scrollWidth: whole, scrollHeight };
    if (this.#unproven !== undefined) this.#unproven = { ...this.#unproven, cover };
  }

  /** The DOM of the area with its shadow roots, as long as there is room. */
  async #dom(): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const { world, index } = this.#found;
    const objectId = await world.node(`scrollAreas[${index}]`);
    const { outerHTML } = await this.#run.page('DOM.getOuterHTML', { objectId, includeShadowDOM: true });
    const bytes = domFile(outerHTML);
    this.#domBytes += bytes.length;
    if (this.#domBytes <= MAX_DOM) return bytes;
    this.#domsLeftOut++;
    return undefined;
  }

  #domsMissing(): Halt | undefined {
    if (this.#domsLeftOut === 0) return undefined;
    return { reason: 'over-limit', why: `the DOM of ${this.#domsLeftOut} positions was left out` };
  }

  async #store(): Promise<void> {
    const position = this.#unproven;
    if (position === undefined) return;
    this.#unproven = undefined;
    const { view, png, dom, startedAt, endedAt, cover } = position;
    const { n: area, scale } = this.#place;
    const { x, y, width, height, left, top, scrollWidth, scrollHeight } = view;
    const n = 1000 * area + this.#step;
    const about = {
      url: this.#found.url.slice(0, 20_000),
      element: this.#found.area.element,
      ...{ x, y, width, height, left, top, scrollWidth, scrollHeight, scale, startedAt, endedAt },
    };
    await this.#run.sink.artefact({ kind: 'scroll-area', n, bytes: png, about });
    if (dom !== undefined) await this.#run.sink.artefact({ kind: 'scroll-area-dom', n, bytes: dom, about });
    if (cover !== undefined) this.cover = cover;
  }
}
