/** Flattened; strings are indices into `strings`, −1 for none. */
export interface LayoutSnapshot {
  readonly documents: readonly {
    readonly contentHeight?: number;
    readonly layout: {
      readonly nodeIndex: readonly number[];
      readonly bounds: readonly (readonly number[])[];
      readonly text: readonly number[];
    };
    readonly nodes: {
      readonly currentSourceURL?: { readonly index: readonly number[]; readonly value: readonly number[] };
    };
  }[];
  readonly strings: readonly string[];
}
