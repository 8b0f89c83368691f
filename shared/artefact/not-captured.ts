/** The ledger: what a capture could not hold. Both lists are closed; a new cause is added here first. */
export const notCapturedWhats = [
  'resource',
  'frame',
  'worker',
  'image',
  'picture',
  'page-height',
  'scroll-area',
  'dom',
  'mhtml',
  'forms',
  'video',
  'canvas',
  'websocket',
  'certificate',
  'cookies',
  'found-set',
  'earlier-exchanges',
  'reload',
  'time-stamp',
  'challenge',
  'capture',
] as const;
export type NotCapturedWhat = (typeof notCapturedWhats)[number];

export const notCapturedReasons = [
  'http-status',
  'request-failed',
  'blocked',
  'body-evicted',
  'body-failed',
  'too-large',
  'not-reached',
  'never-loaded',
  'protected-media',
  'not-readable',
  'over-limit',
  'timeout',
  'refused',
  'page-replied-differently',
  'before-attach',
  'offline',
  'tab-closed',
  'navigated-away',
  'debugger-detached',
  'cancelled',
  'engine-error',
  'still-loading',
] as const;
export type NotCapturedReason = (typeof notCapturedReasons)[number];

/** One omission. `resource` is a request without a good body; status ≥ 400 counts as `http-status`. */
export interface NotCaptured {
  readonly what: NotCapturedWhat;
  readonly reason: NotCapturedReason;
  readonly url?: string;
  readonly detail?: string;
}
