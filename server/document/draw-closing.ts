import type { CertificateFacts } from '#shared/seal/certificate/facts';
import { fill } from '#shared/seal/certificate/text';
import { certificateTextEn as en } from '#shared/seal/certificate/text-en';
import { certificateTextZh as zh } from '#shared/seal/certificate/text-zh';
import { drawHeading, drawParagraph } from './draw-bilingual.ts';
import { contentWidth, page, palette, type Sheet } from './sheet.ts';

/** How to verify, what this shows and does not show, and the space a notary fills in. */
export function drawClosing(sheet: Sheet, { packageId }: CertificateFacts): void {
  for (const [heading, list] of [
    ['verify', 'verify'],
    ['proves', 'proves'],
    ['does-not-prove', 'doesNotProve'],
  ] as const) {
    drawHeading(sheet, zh.headings[heading], en.headings[heading]);
    for (const [index, paragraph] of zh[list].entries())
      drawParagraph(
        sheet,
        fill(paragraph, [packageId]),
        fill(en[list][index] ?? '', [packageId]),
        `${index + 1}.`,
      );
  }
  drawSignatureSpace(sheet);
}

function drawSignatureSpace(sheet: Sheet): void {
  sheet.reserve(110);
  sheet.y += 14;
  const top = sheet.y;
  sheet.document.rect(page.left, top, contentWidth, 84).lineWidth(0.5).stroke(palette.rule);
  const label = (key: 'signature-office' | 'signature-date', x: number, width: number) => {
    sheet.y = top + 6;
    sheet.text(zh.headings[key], { size: 8, colour: palette.grey, x, width });
    sheet.text(en.headings[key], { size: 6.5, colour: palette.grey, x, width });
  };
  label('signature-office', page.left + 8, 330);
  label('signature-date', page.left + 360, 120);
  sheet.y = top + 90;
}
