/** What a person chose on a page: an element, or a rectangle inside one. Lengths in CSS px. */
export interface RegionChoice {
  readonly by: 'element' | 'rectangle';
  /** Selector of the element, or of the smallest element around the rectangle: child steps from `html` down. */
  readonly path: string;
  /** On the page, from its upper left corner, when it was chosen. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Of a rectangle, from the upper left corner of its element: where to look for it after a reload. */
  readonly dx: number;
  readonly dy: number;
  /** Where the chosen element is a link or lies in one. */
  readonly link?: { readonly href: string; readonly text: string };
}

/** Where a file was offered, as far as it is known. */
export interface FileOrigin {
  /** Address of the page, sent as Referer. */
  readonly page: string;
  readonly linkText: string;
  /** Selector of the link; empty when none was chosen. */
  readonly linkPath: string;
}
