import { type FactsFile, LISTED } from './facts-file.ts';
import { linesOnlyIn } from './lines-only-in.ts';
import { normalText } from './normal-text.ts';
import { type RecordedTexts, unexplainedTexts } from './unexplained-texts.ts';

/** A page at one moment: its main frame first. */
export interface PageState {
  readonly title: string;
  readonly userActive: boolean | null;
  /** Visible text of each frame, one line a text node. */
  readonly frames: readonly { readonly url: string; readonly lines: readonly string[] }[];
}

export interface PageFactsInput {
  readonly found?: PageState;
  readonly final?: PageState;
  readonly reloaded: boolean;
  /** Absent when the responses the page came from were not recorded. */
  readonly recorded?: {
    readonly texts: RecordedTexts;
    readonly bodies: number;
    readonly bodiesMissing: number;
  };
  readonly cachedUrls: readonly string[];
  readonly changedControls: number;
}

/** Everything `evidence/facts.json` says. Rejects only with what the recorded texts reject with. */
export async function pageFacts(input: PageFactsInput): Promise<FactsFile> {
  const { found, final, cachedUrls, changedControls } = input;
  return {
    version: 1,
    unexplained: await unexplained(input),
    difference: difference(input),
    cached: {
      count: cachedUrls.length,
      urls: cachedUrls.slice(0, LISTED.urls).map((url) => url.slice(0, 20_000)),
    },
    input: { found: found?.userActive ?? null, final: final?.userActive ?? null, changedControls },
  };
}

interface Met {
  readonly where: 'title' | 'text';
  readonly url: string;
  found: boolean;
  final: boolean;
}

async function unexplained({ found, final, recorded }: PageFactsInput): Promise<FactsFile['unexplained']> {
  if (recorded === undefined || (found === undefined && final === undefined)) return null;
  const met = new Map<string, Met>();
  note(met, found, 'found');
  note(met, final, 'final');
  const open = await unexplainedTexts([...met.keys()], recorded.texts);
  const entries = [...open].flatMap(([text, { composed }]) => {
    const place = met.get(text);
    return place === undefined ? [] : [{ ...place, text: shortened(text), composed }];
  });
  const foundOnly = final === undefined ? [] : entries.filter((entry) => !entry.final);
  // What nothing but a hand explains comes first.
  const rank = (entry: (typeof entries)[number]) => Number(entry.final) * 2 + Number(entry.composed);
  return {
    bodies: recorded.bodies,
    bodiesMissing: recorded.bodiesMissing,
    texts: met.size,
    count: entries.length,
    composed: entries.filter(({ composed }) => composed).length,
    foundOnly: foundOnly.length,
    entries: entries.toSorted((a, b) => rank(a) - rank(b)).slice(0, LISTED.texts),
  };
}

function note(met: Map<string, Met>, state: PageState | undefined, moment: 'found' | 'final'): void {
  if (state === undefined) return;
  const add = (raw: string, where: Met['where'], url: string) => {
    const text = normalText(raw);
    if (text === '') return;
    const known = met.get(text) ?? { where, url: url.slice(0, 20_000), found: false, final: false };
    known[moment] = true;
    met.set(text, known);
  };
  add(state.title, 'title', state.frames[0]?.url ?? '');
  for (const { url, lines } of state.frames) for (const line of lines) add(line, 'text', url);
}

function difference({ found, final, reloaded }: PageFactsInput): FactsFile['difference'] {
  if (found === undefined || final === undefined) return null;
  const was = linesOf(found);
  const is = linesOf(final);
  return {
    reloaded,
    title: {
      found: found.title.slice(0, 2000).toWellFormed(),
      final: final.title.slice(0, 2000).toWellFormed(),
    },
    foundLines: was.length,
    finalLines: is.length,
    onlyFound: listed(linesOnlyIn(was, is)),
    onlyFinal: listed(linesOnlyIn(is, was)),
  };
}

/** Main frame alone: frames of other sites are not part of the page as found. */
function linesOf({ frames }: PageState): string[] {
  return (frames[0]?.lines ?? []).map(normalText).filter((line) => line !== '');
}

function listed(lines: readonly string[]): { count: number; lines: string[] } {
  return { count: lines.length, lines: lines.slice(0, LISTED.lines).map(shortened) };
}

function shortened(text: string): string {
  const rest = text.length - LISTED.characters;
  return (rest <= 0 ? text : `${text.slice(0, LISTED.characters)}…(+${rest})`).toWellFormed();
}
