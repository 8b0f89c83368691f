import { encode } from 'uqr';
import { pdfNumber } from './pdf-number.ts';
import type { Sheet } from './sheet.ts';

/** Draws a QR code (ISO/IEC 18004, error correction M) of `side` points with its quiet zone of 4 modules. */
export function drawQrCode(sheet: Sheet, content: string, x: number, y: number, side: number): void {
  const { data, size } = encode(content, { ecc: 'M', border: 4 });
  const unit = side / size;
  const { document } = sheet;
  document.rect(x, y, side, side).fill('#ffffff');
  const runs = data.flatMap((modules, row) =>
    darkRuns(modules).map(({ from, to }) =>
      [x + from * unit, y + row * unit, (to - from) * unit, unit].map(pdfNumber).join(' '),
    ),
  );
  document.addContent(`${runs.join(' re\n')} re`);
  document.fill('#000000');
}

/** Neighbouring dark modules of a row, as one; `to` excluded. */
function darkRuns(modules: readonly boolean[]): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  let from = -1;
  for (const [column, dark] of [...modules, false].entries()) {
    if (dark && from < 0) from = column;
    if (!dark && from >= 0) {
      runs.push({ from, to: column });
      from = -1;
    }
  }
  return runs;
}
