export interface PageFacts {
  readonly url: string;
  readonly title: string;
  /** Beginning of the text, without scripts and styles. */
  readonly text: string;
  readonly width: number;
  readonly height: number;
  /** Device px per CSS px. */
  readonly scale: number;
  readonly userAgent: string;
  readonly language: string;
  readonly timeZone: string;
}

/** Runs inside the page, so it must hold everything it uses. */
export function pageFacts(maxText: number): PageFacts {
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
  let text = '';
  while (text.length < maxText && walker.nextNode()) {
    const { parentElement, nodeValue } = walker.currentNode;
    if (parentElement?.closest('script, style, noscript, template, title') === null) text += `${nodeValue} `;
  }
  return {
    url: location.href,
    title: document.title.slice(0, 2000).toWellFormed(),
    text: text.slice(0, maxText).toWellFormed(),
    width: document.documentElement.clientWidth,
    height: innerHeight,
    scale: devicePixelRatio,
    userAgent: navigator.userAgent,
    language: navigator.language,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}
