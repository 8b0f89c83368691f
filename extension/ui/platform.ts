import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Reader } from '../store/read/reader.ts';

/** What the panel gets from its entrypoint, so that its components touch no browser API of extensions. */
export interface Platform {
  readonly reader: Reader;
  /** The tab the panel was opened for, when it was opened as a page. */
  readonly targetTab?: number;
  /** Calls back whenever another tab comes forward or a page changes; returns how to stop. */
  watchTabs(onChange: () => void): () => void;
  /** Asks the person for access to a service's origin. Must be called from a click. */
  requestOrigin(origin: string): Promise<boolean>;
  /** Whether a person has allowed a look at other extensions. */
  mayListExtensions(): Promise<boolean>;
  /** Asks the person for it. Must be called from a click. */
  requestExtensionList(): Promise<boolean>;
  /** The key combination of the capture command, empty when none is set. */
  shortcut(): Promise<string>;
  /** Languages the browser prefers, first one first. */
  readonly locales: readonly string[];
}

export const PlatformContext = createContext<Platform | undefined>(undefined);

export function usePlatform(): Platform {
  const platform = useContext(PlatformContext);
  if (platform === undefined) throw new TypeError('no platform around this component');
  return platform;
}
