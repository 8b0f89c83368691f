import type { RegionChoice } from '#shared/artefact/choice';

/**
 * Runs in the page, in our own world: a frame over the viewport with which a person chooses an element or a rectangle,
 * by pointer or keyboard. It takes no focus and is gone when the promise resolves; null when nothing was chosen.
 * @param limit ms after which it gives up
 */
export function chooseRegion(help: string, limit: number): Promise<RegionChoice | null> {
  const MIN_DRAG = 5;
  const STEP = 10;
  const styled = <Tag extends keyof HTMLElementTagNameMap>(tag: Tag, style: Record<string, string>) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(style)) element.style.setProperty(name, value, 'important');
    return element;
  };
  const place = (box: { x: number; y: number; width: number; height: number }) => ({
    left: `${box.x}px`,
    top: `${box.y}px`,
    width: `${box.width}px`,
    height: `${box.height}px`,
  });
  for (const old of document.querySelectorAll('tiezheng-region')) old.remove();
  const full = { position: 'fixed', inset: '0', width: '100vw', height: '100vh', margin: '0', padding: '0' };
  const host = document.createElement('tiezheng-region');
  const hostStyle = { ...full, display: 'block', border: '0', background: 'transparent', overflow: 'hidden' };
  for (const [name, value] of Object.entries({ ...hostStyle, 'z-index': '2147483647', 'max-width': 'none' }))
    host.style.setProperty(name, value, 'important');
  const cover = styled('div', { ...full, cursor: 'crosshair' });
  const frame = styled('div', {
    position: 'fixed',
    'box-sizing': 'border-box',
    border: '2px solid #b91c1c',
    background: 'rgba(185, 28, 28, 0.12)',
    'pointer-events': 'none',
  });
  const note = styled('div', {
    position: 'fixed',
    left: '50%',
    bottom: '12px',
    transform: 'translateX(-50%)',
    padding: '8px 14px',
    font: '14px/1.5 system-ui, sans-serif',
    color: '#fff',
    background: '#1f2937',
    'border-radius': '6px',
    'max-width': '90vw',
    'pointer-events': 'none',
  });
  const size = styled('strong', { display: 'block' });
  size.setAttribute('role', 'status');
  note.append(size, help);
  host.attachShadow({ mode: 'closed' }).append(cover, frame, note);
  // What lies outside an open modal dialog is inert.
  (document.querySelector('dialog:modal') ?? document.documentElement).append(host);
  host.popover = 'manual';
  host.showPopover();

  let element: Element = document.querySelector('main, article') ?? document.body ?? document.documentElement;
  let drawn: DOMRect | undefined;
  let from: { x: number; y: number } | undefined;
  const box = () => drawn ?? element.getBoundingClientRect();
  const show = () => {
    const { x, y, width, height } = box();
    for (const [name, value] of Object.entries(place({ x, y, width, height })))
      frame.style.setProperty(name, value, 'important');
    const what = drawn === undefined ? `${element.localName} ` : '';
    size.textContent = `${what}${Math.round(width)} × ${Math.round(height)}`;
  };
  const under = (x: number, y: number) =>
    document.elementsFromPoint(x, y).find((found) => found !== host) ?? element;
  const pathOf = (of: Element): string => {
    const steps: string[] = [];
    for (let at: Element | null = of; at !== null; at = at.parentElement) {
      const siblings: readonly Element[] = [...(at.parentElement?.children ?? [])];
      const nth = at.parentElement === null ? '' : `:nth-child(${siblings.indexOf(at) + 1})`;
      steps.unshift(`${CSS.escape(at.localName)}${nth}`);
    }
    return steps.join(' > ');
  };
  const around = (area: DOMRect): Element => {
    let at: Element = under(area.x + area.width / 2, area.y + area.height / 2);
    for (;;) {
      const own = at.getBoundingClientRect();
      const holds =
        own.left <= area.left && own.top <= area.top && own.right >= area.right && own.bottom >= area.bottom;
      if (holds || at.parentElement === null) return at;
      at = at.parentElement;
    }
  };
  const choice = (): RegionChoice => {
    const area = box();
    const holder = drawn === undefined ? element : around(area);
    const own = holder.getBoundingClientRect();
    const round = (value: number) => Math.round(value * 100) / 100;
    const link = holder.closest<HTMLAnchorElement>('a[href]');
    return {
      by: drawn === undefined ? 'element' : 'rectangle',
      path: pathOf(holder),
      x: round(area.x + window.scrollX),
      y: round(area.y + window.scrollY),
      width: Math.max(1, round(area.width)),
      height: Math.max(1, round(area.height)),
      dx: round(area.x - own.x),
      dy: round(area.y - own.y),
      ...(link === null
        ? {}
        : {
            link: { href: link.href.slice(0, 20_000), text: (link.textContent ?? '').trim().slice(0, 500) },
          }),
    };
  };
  const step = (to: Element | null | undefined) => {
    if (to === null || to === undefined || to === host) return;
    element = to;
    element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
  const moved = (key: string, resize: boolean): DOMRect => {
    const { x, y, width, height } = box();
    const [right, down] = {
      ArrowLeft: [-STEP, 0],
      ArrowRight: [STEP, 0],
      ArrowUp: [0, -STEP],
      ArrowDown: [0, STEP],
    }[key] ?? [0, 0];
    return resize
      ? new DOMRect(x, y, Math.max(STEP, width + (right ?? 0)), Math.max(STEP, height + (down ?? 0)))
      : new DOMRect(x + (right ?? 0), y + (down ?? 0), width, height);
  };

  return new Promise((resolve) => {
    const stop = new AbortController();
    const end = (chosen: RegionChoice | null) => {
      stop.abort();
      clearTimeout(timer);
      host.remove();
      resolve(chosen);
    };
    const timer = setTimeout(() => end(null), limit);
    (globalThis as { endRegionChoice?: () => void }).endRegionChoice = () => end(null);
    const onKey = (event: KeyboardEvent) => {
      if (!host.isConnected) return end(null);
      const arrow = event.key.startsWith('Arrow');
      const known = arrow || ['Escape', 'Enter', 'r', 'R', 'e', 'E'].includes(event.key);
      if (!known || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (event.key === 'Escape') return end(null);
      if (event.key === 'Enter') return end(choice());
      if (event.key === 'ArrowUp' && drawn === undefined) step(element.parentElement);
      else if (event.key === 'ArrowDown' && drawn === undefined) step(element.firstElementChild);
      else if (event.key === 'ArrowLeft' && drawn === undefined) step(element.previousElementSibling);
      else if (event.key === 'ArrowRight' && drawn === undefined) step(element.nextElementSibling);
      else if (arrow) drawn = moved(event.key, event.shiftKey);
      else if (event.key.toLowerCase() === 'r') drawn ??= box();
      else drawn = undefined;
      show();
    };
    const { signal } = stop;
    window.addEventListener('keydown', onKey, { capture: true, signal });
    window.addEventListener('scroll', show, { capture: true, passive: true, signal });
    cover.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      from = { x: event.clientX, y: event.clientY };
      cover.setPointerCapture(event.pointerId);
    });
    cover.addEventListener('pointermove', ({ clientX: x, clientY: y }) => {
      if (from === undefined) {
        element = under(x, y);
        drawn = undefined;
      } else if (Math.hypot(x - from.x, y - from.y) >= MIN_DRAG)
        drawn = new DOMRect(
          Math.min(x, from.x),
          Math.min(y, from.y),
          Math.abs(x - from.x),
          Math.abs(y - from.y),
        );
      show();
    });
    cover.addEventListener('pointerup', () => {
      from = undefined;
      end(choice());
    });
    show();
  });
}
