import { encode } from 'uqr';
import type { Sheet } from './sheet.ts';

/** Draws a QR code (ISO/IEC 18004, error correction M) of `side` points with its quiet zone of 4 modules. */
export function drawQrCode(sheet: Sheet, content: string, x: number, y: number, side: number): void {
  const { data, size } = encode(content, { ecc: 'M', border: 4 });
  const unit = side / size;
  const { document } = sheet;
  document.rect(x, y, side, side).fill('#ffffff');
  for (const [row, modules] of data.entries())
    for (const [column, dark] of modules.entries())
      if (dark) document.rect(x + column * unit, y + row * unit, unit, unit);
  document.fill('#000000');
}
