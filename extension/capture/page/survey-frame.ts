/** State of one form control. Passwords and what browsers fill in as secrets are counted, never read. */
interface Control {
  readonly tag: string;
  readonly type: string;
  readonly name: string;
  readonly id: string;
  readonly value: string;
  readonly checked?: boolean;
  readonly selected?: readonly string[];
  /** Value as the page delivered it, where it differs. */
  readonly initial?: string;
}

export interface ScrollArea {
  /** `div#chat.messages` */
  readonly element: string;
  /** Visible size and hidden px, CSS px. */
  readonly width: number;
  readonly height: number;
  readonly hiddenRight: number;
  readonly hiddenBelow: number;
}

export interface FrameSurvey {
  readonly url: string;
  readonly controls: readonly Control[];
  readonly secretControls: number;
  /** Rendered images that show nothing: `pending` never answered, `broken` could not be shown. */
  readonly images: readonly { readonly url: string; readonly state: 'pending' | 'broken' }[];
  readonly canvases: number;
  readonly videos: readonly {
    readonly url: string;
    readonly protected: boolean;
    readonly at: number;
    readonly duration: number;
  }[];
  readonly scrollAreas: readonly ScrollArea[];
}

/**
 * Runs inside the page, so it must hold everything it uses. Leaves the elements of `scrollAreas`, in the same order, in
 * a variable of that name in our world. Looks at everything rendered, open shadow roots included.
 * @param lazyAttributes attributes that hold the address of a picture to load later.
 * @param closedRoots closed shadow roots, which no script can reach by itself.
 */
export function surveyFrame(lazyAttributes: string[], ...closedRoots: ShadowRoot[]): FrameSurvey {
  const cut = (text: string, length: number) => text.slice(0, length).toWellFormed();
  const elements: Element[] = [];
  const walk = (root: ParentNode) => {
    for (const element of root.querySelectorAll('*')) {
      elements.push(element);
      if (element.shadowRoot !== null) walk(element.shadowRoot);
    }
  };
  walk(document);
  for (const root of closedRoots) walk(root);

  const named = (element: Element) => {
    const id = element.id === '' ? '' : `#${element.id}`;
    const classes = [...element.classList].slice(0, 2).map((name) => `.${name}`);
    return cut(`${element.localName}${id}${classes.join('')}`, 200);
  };
  const isSecret = (element: Element) =>
    (element instanceof HTMLInputElement && element.type === 'password') ||
    /^(?:cc-|current-password|new-password|one-time-code)/.test(element.getAttribute('autocomplete') ?? '');
  const controlOf = (element: Element): Control[] => {
    const isControl =
      element instanceof HTMLInputElement ||
      element instanceof HTMLTextAreaElement ||
      element instanceof HTMLSelectElement;
    if (!isControl || isSecret(element)) return [];
    const { name, id, type } = element;
    const base = {
      tag: element.localName,
      type,
      name: cut(name, 200),
      id: cut(id, 200),
      value: cut(element.value, 10_000),
    };
    if (element instanceof HTMLSelectElement)
      return [{ ...base, selected: [...element.selectedOptions].map((option) => cut(option.text, 500)) }];
    if (type === 'checkbox' || type === 'radio')
      return [{ ...base, checked: (element as HTMLInputElement).checked }];
    const initial = cut(element.defaultValue, 10_000);
    return [initial === base.value ? base : { ...base, initial }];
  };
  const rendered = elements.filter((element) => element.getClientRects().length > 0);
  const imagesOf = (element: Element): FrameSurvey['images'] => {
    if (!(element instanceof HTMLImageElement)) return [];
    const lazy = lazyAttributes.map((name) => element.getAttribute(name)).find((value) => value !== null);
    if (lazy && !element.currentSrc.includes(lazy) && URL.canParse(lazy, document.baseURI))
      return [{ url: new URL(lazy, document.baseURI).href, state: 'pending' }];
    const url = element.currentSrc || element.src;
    if (url === '' || url.startsWith('data:') || (element.complete && element.naturalWidth > 0)) return [];
    return [{ url, state: element.complete ? 'broken' : 'pending' }];
  };
  const isTop = window === window.top;
  const scrollsAlong = (overflow: string) => overflow === 'auto' || overflow === 'scroll';
  const scrolling: Element[] = [];
  const areaOf = (element: Element): ScrollArea[] => {
    const isRoot = element === document.scrollingElement;
    const hiddenBelow = element.scrollHeight - element.clientHeight;
    const hiddenRight = element.scrollWidth - element.clientWidth;
    if ((isRoot && isTop) || (hiddenBelow <= 1 && hiddenRight <= 1) || element.clientHeight === 0) return [];
    const style = getComputedStyle(element);
    const below = (isRoot || scrollsAlong(style.overflowY)) && hiddenBelow > 1 ? hiddenBelow : 0;
    const right = (isRoot || scrollsAlong(style.overflowX)) && hiddenRight > 1 ? hiddenRight : 0;
    if (below === 0 && right === 0) return [];
    const { clientWidth: width, clientHeight: height } = element;
    scrolling.push(element);
    return [{ element: named(element), width, height, hiddenRight: right, hiddenBelow: below }];
  };
  const scrollAreas = rendered.flatMap(areaOf);
  (globalThis as { scrollAreas?: Element[] }).scrollAreas = scrolling;
  return {
    url: location.href,
    controls: elements.flatMap(controlOf),
    secretControls: elements.filter(isSecret).length,
    images: rendered.flatMap(imagesOf),
    canvases: rendered.filter((element) => element instanceof HTMLCanvasElement).length,
    videos: rendered.flatMap((element) =>
      element instanceof HTMLVideoElement
        ? [
            {
              url: element.currentSrc,
              protected: element.mediaKeys !== null,
              at: element.currentTime,
              duration: Number.isFinite(element.duration) ? element.duration : -1,
            },
          ]
        : [],
    ),
    scrollAreas,
  };
}
