import type { CertificateFacts } from '#shared/seal/certificate/facts';
import { fill } from '#shared/seal/certificate/text';
import { certificateTextEn as en } from '#shared/seal/certificate/text-en';
import { certificateTextZh as zh } from '#shared/seal/certificate/text-zh';
import { drawHeading, drawParagraph } from './draw-bilingual.ts';
import { contentWidth, page, palette, type Sheet } from './sheet.ts';

const BOX_HEIGHT = 72;
/** Room for the last paragraph and the box below it: the box never stands alone on a page. */
const LAST_ROOM = BOX_HEIGHT + 60;

/** How to verify, what this shows and does not show, and the space a notary fills in. */
export function drawClosing(sheet: Sheet, facts: CertificateFacts): void {
  drawList(sheet, facts, 'verify', 'verify');
  drawList(sheet, facts, 'proves', 'proves');
  drawList(sheet, facts, 'does-not-prove', 'doesNotProve', LAST_ROOM);
  drawSignatureSpace(sheet);
}

function drawList(
  sheet: Sheet,
  { packageId }: CertificateFacts,
  heading: 'verify' | 'proves' | 'does-not-prove',
  list: 'verify' | 'proves' | 'doesNotProve',
  lastRoom = 0,
): void {
  drawHeading(sheet, zh.headings[heading], en.headings[heading]);
  for (const [index, paragraph] of zh[list].entries()) {
    if (index === zh[list].length - 1) sheet.reserve(lastRoom);
    const caption = fill(en[list][index] ?? '', [packageId]);
    drawParagraph(sheet, fill(paragraph, [packageId]), caption, `${index + 1}.`);
  }
}

function drawSignatureSpace(sheet: Sheet): void {
  sheet.reserve(BOX_HEIGHT + 12);
  sheet.y += 8;
  const top = sheet.y;
  sheet.document.rect(page.left, top, contentWidth, BOX_HEIGHT).lineWidth(0.5).stroke(palette.rule);
  const label = (key: 'signature-office' | 'signature-date', x: number, width: number) => {
    sheet.y = top + 6;
    sheet.text(zh.headings[key], { size: 8, colour: palette.grey, x, width });
    sheet.text(en.headings[key], { size: 6.5, colour: palette.grey, x, width });
  };
  label('signature-office', page.left + 8, 330);
  label('signature-date', page.left + 360, 120);
  sheet.y = top + BOX_HEIGHT;
}
