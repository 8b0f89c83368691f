export interface VisibleLines {
  /** One a text node: white space collapsed, in document order, shadow trees where their host stands. */
  readonly lines: string[];
  /** Characters beyond the limit. */
  readonly left: number;
}

/**
 * Text that is rendered in this frame. Runs inside the page, so it must hold everything it uses. What only style
 * sheets or pictures write is not text of the document; values of controls are not either (`evidence/forms.json`).
 * @param limit characters. @param closedRoots closed shadow roots, which no script can reach by itself.
 */
export function visibleLines(limit: number, ...closedRoots: ShadowRoot[]): VisibleLines {
  const lines: string[] = [];
  let length = 0;
  let left = 0;
  const silent = new Set(['script', 'style', 'noscript', 'template', 'textarea', 'title']);
  const known = new Map<Element, boolean>();
  const shows = (element: Element): boolean => {
    const remembered = known.get(element);
    if (remembered !== undefined) return remembered;
    const shown =
      !silent.has(element.localName) &&
      element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    known.set(element, shown);
    return shown;
  };
  const closed = new Map(closedRoots.map((root) => [root.host, root]));
  const walk = (root: Node) => {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node instanceof Element) {
        const shadow = node.shadowRoot ?? closed.get(node);
        if (shadow !== undefined && shadow !== null) walk(shadow);
        continue;
      }
      const text = (node.nodeValue ?? '').replaceAll(/\s+/gu, ' ').trim();
      const parent =
        node.parentElement ?? (node.parentNode instanceof ShadowRoot ? node.parentNode.host : null);
      if (text === '' || parent === null || !shows(parent)) continue;
      if (length >= limit) {
        left += text.length;
        continue;
      }
      length += text.length;
      lines.push(text.toWellFormed());
    }
  };
  walk(document);
  return { lines, left };
}
