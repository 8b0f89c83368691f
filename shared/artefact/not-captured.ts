/**
 * The ledger: what a capture could not hold. Both lists are closed; a new cause is added here first.
 *
 * Less obvious ones: `region` a region a person chose; `file` a file that was asked for; `favicon` the icon a browser asks for of its own accord; `request-body` what the page itself
 * sent; `text` the visible text of a frame; `dialog` an alert, confirmation or prompt that had to
 * be closed for the page to go on; `picture` a tile; `image` an element whose picture never appeared; `audio` the
 * sound of a recorded tab; `network` its network exchanges; `environment` the environment report; `recording` a part of a recording; `capture` the capture as a whole.
 */
export const notCapturedWhats = [
  'resource',
  'favicon',
  'frame',
  'worker',
  'image',
  'picture',
  'page-height',
  'scroll-area',
  'region',
  'file',
  'dom',
  'text',
  'mhtml',
  'forms',
  'video',
  'canvas',
  'websocket',
  'certificate',
  'cookies',
  'storage',
  'found-set',
  'earlier-exchanges',
  'request-body',
  'dialog',
  'reload',
  'time-stamp',
  'challenge',
  'environment',
  'audio',
  'network',
  'recording',
  'capture',
] as const;
export type NotCapturedWhat = (typeof notCapturedWhats)[number];

/**
 * Less obvious ones: `withheld` left out because the case does not allow it; `repeats-another` a picture equal to
 * another although the page differs there; `cancelled` given up by the page, the browser or a person;
 * `over-limit` beyond a configured limit, which `detail` states.
 */
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
  'withheld',
  'dismissed',
  'repeats-another',
  'crashed',
] as const;
export type NotCapturedReason = (typeof notCapturedReasons)[number];

/** One omission. `resource` is a request without a good body; status ≥ 400 counts as `http-status`. */
export interface NotCaptured {
  readonly what: NotCapturedWhat;
  readonly reason: NotCapturedReason;
  readonly url?: string;
  readonly detail?: string;
}
