/** A number as pdfkit writes it: six places. */
export function pdfNumber(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
