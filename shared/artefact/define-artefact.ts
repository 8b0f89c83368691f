/** What the project knows about one kind of captured thing. Everything else walks the registry by `kind`. */
export interface ArtefactDefinition<Kind extends string = string> {
  readonly kind: Kind;
  readonly mediaType: string;
  /** Path inside the bundle, one folder deep (formats: py-wacz compares only the last two parts). `n` starts at 1. */
  path(n: number): string;
  /** Whether one capture may hold several. */
  readonly many: boolean;
}

/** Ties the literal kind to its definition. */
export function defineArtefact<const Kind extends string>(
  definition: ArtefactDefinition<Kind>,
): ArtefactDefinition<Kind> {
  return definition;
}

/** `screenshot-001.png`, `dom-012.html`, …: three digits, more when needed. */
export function numbered(stem: string, n: number, extension: string): string {
  return `evidence/${stem}-${String(n).padStart(3, '0')}.${extension}`;
}

/** `scroll-area-002-014.png` for `n` = 2014: the second area, its fourteenth position. */
export function numberedTwice(stem: string, n: number, extension: string): string {
  const part = (value: number) => String(value).padStart(3, '0');
  return `evidence/${stem}-${part(Math.floor(n / 1000))}-${part(n % 1000)}.${extension}`;
}
