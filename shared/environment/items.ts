import * as v from 'valibot';
import type { Phase } from './define-item.ts';
import { attestation } from './item/attestation.ts';
import { browser } from './item/browser.ts';
import { clock } from './item/clock.ts';
import { course } from './item/course.ts';
import { debuggers } from './item/debuggers.ts';
import { device } from './item/device.ts';
import { egressAddress } from './item/egress-address.ts';
import { extensions } from './item/extensions.ts';
import { names } from './item/names.ts';
import { network } from './item/network.ts';
import { ownFiles } from './item/own-files.ts';
import { proxy } from './item/proxy.ts';
import { recheck } from './item/recheck.ts';
import { screen } from './item/screen.ts';
import { storage } from './item/storage.ts';
import { tls } from './item/tls.ts';
import { window } from './item/window.ts';

/** The registry: a new kind is one file and one line here; the compiler then asks what is printed of it. */
export const items = {
  network,
  proxy,
  'egress-address': egressAddress,
  clock,
  device,
  browser,
  screen,
  extensions,
  storage,
  'own-files': ownFiles,
  attestation,
  recheck,
  window,
  debuggers,
  course,
  tls,
  names,
} as const;

export type ItemKind = keyof typeof items;
/** Kinds of one phase. */
export type KindOf<At extends Phase> = {
  [Kind in ItemKind]: (typeof items)[Kind]['phase'] extends At ? Kind : never;
}[ItemKind];
export type Item<Kind extends ItemKind = ItemKind> = {
  [K in Kind]: v.InferOutput<(typeof items)[K]['schema']>;
}[Kind];
type Finding<Kind extends ItemKind> = Item<Kind>['finding'];

/** Schema of one item, strict for its kind. */
export const itemSchema = v.variant(
  'kind',
  Object.values(items).map(({ schema }) => schema) as unknown as [(typeof items)[ItemKind]['schema']],
) as unknown as v.GenericSchema<unknown, Item>;

/** An item with the mark its finding has. */
export function makeItem<Kind extends ItemKind>(
  kind: Kind,
  finding: Finding<Kind>,
  checkedAt: number,
  evidence: Item<Kind>['evidence'],
): Item<Kind> {
  const findings: Readonly<Record<string, unknown>> = items[kind].findings;
  return { kind, finding, mark: findings[finding], checkedAt, evidence } as Item<Kind>;
}
