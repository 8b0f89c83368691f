/** A printable document without layout: what a renderer of text, HTML or a view makes lines of. */
export type RecordBlock =
  | { readonly type: 'title'; readonly text: string }
  | { readonly type: 'heading'; readonly text: string }
  | { readonly type: 'verdict'; readonly text: string; readonly good: boolean }
  | { readonly type: 'paragraph'; readonly text: string }
  /** A paragraph in smaller letters. */
  | { readonly type: 'note'; readonly text: string }
  | { readonly type: 'list'; readonly items: readonly string[] }
  /** Label and value in each row. */
  | { readonly type: 'facts'; readonly rows: readonly (readonly [string, string])[] }
  | {
      readonly type: 'table';
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
    }
  /** What follows begins on a new page. */
  | { readonly type: 'page' };
