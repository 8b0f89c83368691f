export interface ScrollOptions {
  /** Stop when this much of the page has been in view; CSS px. */
  readonly limit: number;
  /** Stop after this many ms. */
  readonly time: number;
  /** At least this many ms between two steps; 0: as fast as the page is drawn. */
  readonly pace: number;
  /** Attributes that hold the address of a picture to load later. */
  readonly lazy: string[];
}

export interface ScrollResult {
  /** How far down the page has been in view; CSS px. */
  readonly reached: number;
  readonly height: number;
  readonly stopped: 'bottom' | 'limit' | 'time';
  /** Images that name a picture to load later and have not loaded it. */
  readonly lazyLeft: number;
}

/**
 * Runs inside the page, so it must hold everything it uses. Scrolls down by a little less than the viewport for each
 * drawn frame, so that every lazy image comes into view once; stays at the bottom while the page grows.
 */
export async function scrollDown({ limit, time, pace, lazy }: ScrollOptions): Promise<ScrollResult> {
  const end = performance.now() + time;
  const root = document.scrollingElement ?? document.documentElement;
  const drawn = () =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 150);
      requestAnimationFrame(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  const calm = async (ms: number) => {
    const until = performance.now() + ms;
    do await drawn();
    while (performance.now() < until);
  };
  const lazyLeft = () =>
    [...document.images].filter((image) =>
      lazy.some((name) => {
        const wanted = image.getAttribute(name);
        return wanted !== null && wanted !== '' && !image.currentSrc.includes(wanted);
      }),
    ).length;
  let y = root.scrollTop;
  let stopped: ScrollResult['stopped'] | undefined;
  while (stopped === undefined) {
    const height = root.scrollHeight;
    if (y + innerHeight >= height) {
      await calm(200);
      if (root.scrollHeight <= height) stopped = 'bottom';
    } else if (y + innerHeight >= limit) stopped = 'limit';
    else if (performance.now() > end) stopped = 'time';
    else {
      y = Math.min(y + Math.max(100, Math.floor(innerHeight * 0.9)), height - innerHeight);
      root.scrollTo({ top: y, behavior: 'instant' });
      await calm(pace);
    }
  }
  return { reached: y + innerHeight, height: root.scrollHeight, stopped, lazyLeft: lazyLeft() };
}
