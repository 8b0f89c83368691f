import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { readTrustFile } from '#shared/verify/trust-anchors';
import { emptyState, type State, type TrustFile, withAnswer } from './state.ts';
import { startWorker, type VerifierWorker } from './verifier-worker.ts';

/** What a person can do on the page. */
export interface Verifier {
  readonly state: State;
  /** Takes packages and trust files, told apart by their first bytes. */
  add(files: Iterable<File>): Promise<void>;
  removeTrust(name: string): void;
  clear(): void;
  select(id: number): void;
  picture: VerifierWorker['picture'];
  /** Verifies files as excerpts of the recording in package `id`. */
  checkExcerpts(id: number, files: readonly File[]): void;
}

/** ZIP local header and end record; anything else is read as a trust file. */
const PACKAGE_STARTS = [0x04034b50, 0x06054b50];

/** The page's state and its worker. New anchors verify every file again. */
export function useVerifier(): Verifier {
  const [state, setState] = useState<State>(emptyState);
  const worker = useMemo(() => startWorker((answer) => setState((now) => withAnswer(now, answer))), []);
  const nextId = useRef(1);
  const { trust } = state;
  const files = state.packages.map(({ file }) => file);

  const verify = (all: readonly File[], anchors: readonly TrustFile[], more: Partial<State> = {}) => {
    const at = Date.now();
    for (const { id } of state.packages) worker.send({ type: 'forget', id });
    const packages = all.map((file) => ({
      id: nextId.current++,
      file,
      outcome: { state: 'waiting' } as const,
      excerpts: [],
    }));
    const bytes = anchors.map((one) => one.bytes);
    for (const { id, file } of packages) worker.send({ type: 'verify', id, file, trust: bytes, now: at });
    const [first] = packages;
    setState((now) => {
      const { selected: _, trustFault: __, ...rest } = now;
      const selected = first === undefined ? {} : { selected: first.id };
      return { ...rest, trust: anchors, packages, at, ...selected, ...more };
    });
  };

  useEffect(() => {
    document.documentElement.dataset.ready = 'true';
  }, []);

  return {
    state,
    async add(chosen) {
      const { packages, anchors, fault } = await sorted(chosen);
      const known = trust.filter(({ name }) => !anchors.some((one) => one.name === name));
      const fresh = packages.filter((file) => !files.some((one) => isSame(one, file)));
      verify([...files, ...fresh], [...known, ...anchors], fault === undefined ? {} : { trustFault: fault });
    },
    removeTrust: (name) =>
      verify(
        files,
        trust.filter((one) => one.name !== name),
      ),
    clear: () => verify([], trust),
    select: (id) => setState((now) => ({ ...now, selected: id })),
    picture: worker.picture,
    checkExcerpts(id, chosen) {
      for (const file of chosen) worker.send({ type: 'excerpt', id, file });
    },
  };
}

async function sorted(chosen: Iterable<File>) {
  const packages: File[] = [];
  const anchors: TrustFile[] = [];
  let fault: State['trustFault'];
  for (const file of chosen) {
    if (await isPackage(file)) packages.push(file);
    else {
      const read = await readTrust(file);
      if ('anchors' in read) anchors.push(read);
      else fault = read;
    }
  }
  return { packages, anchors, fault };
}

async function isPackage(file: File): Promise<boolean> {
  if (/\.asic[es]$/i.test(file.name)) return true;
  if (file.size < 4) return false;
  const start = new DataView(await file.slice(0, 4).arrayBuffer()).getUint32(0, true);
  return PACKAGE_STARTS.includes(start);
}

async function readTrust(file: File): Promise<TrustFile | NonNullable<State['trustFault']>> {
  try {
    const bytes = new Uint8Array(await file.arrayBuffer());
    return { name: file.name, bytes, anchors: readTrustFile(bytes) };
  } catch (error) {
    return { name: file.name, reason: error instanceof Error ? error.message : String(error) };
  }
}

function isSame(a: File, b: File): boolean {
  return a.name === b.name && a.size === b.size && a.lastModified === b.lastModified;
}
