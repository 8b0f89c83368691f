interface StorageArea {
  readonly area: 'localStorage' | 'sessionStorage';
  readonly entries: readonly (readonly [key: string, value: string])[];
  /** Characters beyond the limit. */
  readonly left: number;
}

export interface FrameStorage {
  readonly origin: string;
  readonly areas: readonly StorageArea[];
}

/** Runs inside the page, so it must hold everything it uses. Frames of no origin have no storage. */
export function readStorage(limit: number): FrameStorage {
  const read = (area: StorageArea['area']): StorageArea[] => {
    let store: Storage;
    try {
      store = window[area];
    } catch {
      return [];
    }
    let length = 0;
    let left = 0;
    const entries: [string, string][] = [];
    for (const key of Object.keys(store).sort()) {
      const value = store.getItem(key) ?? '';
      length += key.length + value.length;
      if (length > limit) left += key.length + value.length;
      else entries.push([key.toWellFormed(), value.toWellFormed()]);
    }
    return [{ area, entries, left }];
  };
  return { origin: location.origin, areas: [...read('localStorage'), ...read('sessionStorage')] };
}
