/** Runs inside the page, so it must hold everything it uses. CSS px. */
export function pageHeight(): number {
  return (document.scrollingElement ?? document.documentElement).scrollHeight;
}
