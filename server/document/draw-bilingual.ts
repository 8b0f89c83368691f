import { contentWidth, page, palette, type Sheet } from './sheet.ts';

/** A heading in Chinese with its English caption on the same line, kept with `follow` points of what comes next. */
export function drawHeading(sheet: Sheet, zh: string, en: string, follow = 60): void {
  sheet.reserve(26 + follow);
  sheet.y += 10;
  const top = sheet.y;
  sheet.document.rect(page.left, top + 2, 3, 12).fill(palette.ink);
  sheet.text(zh, { size: 11.5, weight: 'bold', x: page.left + 9 });
  const { y } = sheet;
  const used = sheet.widthOf(zh, { size: 11.5, weight: 'bold' });
  sheet.y = top + 4.5;
  sheet.text(en, {
    size: 8,
    colour: palette.grey,
    x: page.left + 17 + used,
    width: contentWidth - used - 17,
  });
  sheet.y = Math.max(y, sheet.y) + 2;
}

/** A paragraph in Chinese with its English below, small and grey. */
export function drawParagraph(sheet: Sheet, zh: string, en: string, lead = ''): void {
  const indent = lead === '' ? 0 : 12;
  const style = { x: page.left + indent, width: contentWidth - indent };
  sheet.reserve(sheet.heightOf(zh, { size: 9, ...style }) + sheet.heightOf(en, { size: 7, ...style }) + 5);
  if (lead !== '') {
    const { y } = sheet;
    sheet.text(lead, { size: 9, width: indent });
    sheet.y = y;
  }
  sheet.text(zh, { size: 9, ...style });
  sheet.text(en, { size: 7, colour: palette.grey, ...style });
  sheet.y += 4;
}
