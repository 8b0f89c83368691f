/**
 * Runs inside the page, so it must hold everything it uses. Brings one image that still waits into view, and rests.
 * @param attributes that hold the address of a picture to load later
 * @returns whether the page's script has taken notice: then going down more slowly will load the others too
 */
export async function probeLazy(attributes: string[], rest: number): Promise<boolean> {
  const wanted = (image: HTMLImageElement) =>
    attributes.map((name) => image.getAttribute(name)).find((value) => value !== null && value !== '');
  const waiting = [...document.images].find((image) => {
    const address = wanted(image);
    return address && !image.currentSrc.includes(address) && image.parentElement?.getClientRects().length;
  });
  if (waiting === undefined) return false;
  const before = `${wanted(waiting)} ${waiting.src}`;
  waiting.scrollIntoView({ block: 'center', behavior: 'instant' });
  await new Promise((resolve) => setTimeout(resolve, rest));
  return before !== `${wanted(waiting)} ${waiting.src}`;
}
