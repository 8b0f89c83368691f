/**
 * Draws stored HTML inside the sandboxed page. The frame allows nothing (no scripts, no forms, no navigation of its
 * surroundings) and inherits this page's policy, under which nothing is fetched.
 */
export function drawStored(into: HTMLElement, message: unknown): void {
  if (typeof message !== 'object' || message === null || !('html' in message)) return;
  if (typeof message.html !== 'string') return;
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', '');
  frame.title = 'redrawn';
  frame.srcdoc = message.html;
  into.replaceChildren(frame);
}
