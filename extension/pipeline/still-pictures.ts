import { deviceMono } from '../messages/device-mono.ts';

/** A page that does not change gives no pictures: its last one stands for it, once a second. */
const STILL_MS = 1000;

export interface OpenPictures {
  /** @param mono when it was drawn, by this context's monotonic clock */
  show(picture: Blob, mono: number): void;
  /** While paused (hidden, or not looked at) nothing stands for the page: that time has no picture. */
  pause(paused: boolean): void;
  close(): void;
}

/** Hands pictures on in the order of their times, and repeats the last one while the page is known not to change. */
export function openPictures(sender: { send(picture: Blob, at: number): void; close(): void }): OpenPictures {
  let last: Blob | undefined;
  let lastAt = 0;
  let paused = false;
  const send = (picture: Blob, at: number) => {
    last = picture;
    lastAt = Math.max(at, lastAt + 1);
    sender.send(picture, lastAt);
  };
  const timer = setInterval(() => {
    if (!paused && last !== undefined && deviceMono() - lastAt >= STILL_MS) send(last, deviceMono());
  }, STILL_MS);
  return {
    show: (picture, mono) => send(picture, performance.timeOrigin + mono),
    pause: (is) => {
      paused = is;
      // What was seen before says nothing about the page afterwards.
      if (is) last = undefined;
    },
    close: () => {
      clearInterval(timer);
      sender.close();
    },
  };
}
