import type { BuildFile } from '#shared/environment/build-digest';
import type { Item } from '#shared/environment/items';

type Evidence<Kind extends Item['kind']> = Item<Kind>['evidence'];

/** What the browser tells of the device and its surroundings; `undefined` where it does not. Nothing here is changed. */
export interface Probe {
  connection(): Evidence<'network'> & { readonly online: boolean };
  proxy(): Promise<Evidence<'proxy'> | undefined>;
  device(): Promise<Evidence<'device'>>;
  /** Brands with full versions. */
  brands(): Promise<string[]>;
  screens(): Promise<Evidence<'screen'>['screens'] | undefined>;
  /** `undefined`: nobody has allowed `management`. */
  otherExtensions(): Promise<NonNullable<Evidence<'extensions'>['extensions']> | undefined>;
  persisted(): Promise<boolean>;
  /**
   * The extension's own files as the build listed them, read and hashed now.
   * @throws HostError OWN_FILES_UNREADABLE
   */
  ownFiles(): Promise<readonly BuildFile[]>;
  window(tabId: number): Promise<Evidence<'window'> | undefined>;
}
