import { attempt, type CaptureRun } from './capture-run.ts';
import type { CdpFrame, FrameTree } from './cdp.ts';
import { closedShadowRoots } from './closed-shadow-roots.ts';
import type { Send } from './debugger-tab.ts';
import { FrameWorld } from './frame-world.ts';

const MAX_URL = 20_000;

/** A frame and the target that answers for it. */
export interface FramePlace {
  readonly send: Send;
  readonly frame: CdpFrame;
  /** Topmost frame of its target. */
  readonly isRoot: boolean;
}

/** What has been read of a frame, and the world to ask it for more. */
export interface FrameRead {
  readonly html: string;
  readonly world: FrameWorld;
}

/** The frames of one target, its root first; a frame that shows an error page becomes an omission. */
export async function framePlaces(run: CaptureRun, send: Send, url: string): Promise<FramePlace[]> {
  const tree = await attempt(run, { what: 'frame', url: url.slice(0, MAX_URL) }, () =>
    send('Page.getFrameTree', {}, 3000),
  );
  if (tree === undefined) return [];
  return framesOf(tree.frameTree).flatMap((frame, index) => {
    if (frame.unreachableUrl === undefined) return [{ send, frame, isRoot: index === 0 }];
    run.sink.omission({
      what: 'frame',
      reason: 'not-reached',
      url: frame.unreachableUrl.slice(0, MAX_URL),
      detail: 'the frame shows an error page',
    });
    return [];
  });
}

/** All frames of a tree, its root first. */
export function framesOf({ frame, childFrames = [] }: FrameTree): CdpFrame[] {
  return [frame, ...childFrames.flatMap(framesOf)];
}

/** Address of a frame with its fragment, as long as the record allows. */
export function frameUrl({ url, urlFragment = '' }: CdpFrame): string {
  return `${url}${urlFragment}`.slice(0, MAX_URL);
}

/** Serialises the document of a frame, every kind of shadow root included. */
export async function readFrame({ send, frame }: Pick<FramePlace, 'send' | 'frame'>): Promise<FrameRead> {
  const world = await FrameWorld.open(send, frame.id);
  const objectId = await world.node();
  const { outerHTML } = await send('DOM.getOuterHTML', { objectId, includeShadowDOM: true });
  return { html: outerHTML, world };
}

/** Handles of the closed shadow roots of a frame that has been read. */
export async function closedRootHandles(
  { send, frame, isRoot }: FramePlace,
  { html, world }: FrameRead,
): Promise<string[]> {
  if (!html.includes('shadowrootmode="closed"')) return [];
  const objects: string[] = [];
  for (const node of await closedShadowRoots(send, frame.id, isRoot)) objects.push(await world.resolve(node));
  return objects;
}
