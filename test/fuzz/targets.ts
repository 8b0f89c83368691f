import type { FuzzTarget } from './fuzz-target.ts';
import { containerTargets } from './targets/container-targets.ts';
import { derTargets } from './targets/der-targets.ts';
import { logTargets } from './targets/log-targets.ts';
import { manifestTargets } from './targets/manifest-targets.ts';
import { warcTargets } from './targets/warc-targets.ts';

/** Everything that reads bytes a stranger may have made. */
export const targets: readonly FuzzTarget[] = [
  ...containerTargets,
  ...warcTargets,
  ...derTargets,
  ...logTargets,
  ...manifestTargets,
];
