import type { CertificateFacts } from '#shared/seal/certificate/facts';
import { fill } from '#shared/seal/certificate/text';
import { certificateTextEn as en } from '#shared/seal/certificate/text-en';
import { certificateTextZh as zh } from '#shared/seal/certificate/text-zh';
import { DocumentError } from './document-error.ts';
import { drawArtefacts } from './draw-artefacts.ts';
import { drawClosing } from './draw-closing.ts';
import { drawCover } from './draw-cover.ts';
import { drawLedger } from './draw-ledger.ts';
import { drawSection } from './draw-section.ts';
import { loadFonts } from './fonts.ts';
import type { Thumbnail } from './png-thumbnail.ts';
import { contentWidth, page, palette, Sheet } from './sheet.ts';

/**
 * 《电子数据固定校验报告》 as PDF: Chinese with short English captions, in the order of the Wuxi template
 * (DB3202/T 1024—2021). The same facts give the same bytes; its dates are the time of sealing.
 * @param picture the first screenshot, reduced; left out where the capture has none.
 * @throws DocumentError `FONT_MISSING`, `PDF_FAILED`.
 */
export async function certificatePdf(facts: CertificateFacts, picture?: Thumbnail): Promise<Uint8Array> {
  const sheet = new Sheet(await loadFonts(), {
    title: `${zh.headings.title} ${facts.packageId}`,
    author: facts.systemName,
    subject: facts.captureId,
    createdAt: new Date(facts.sealedAt),
  });
  try {
    drawCover(sheet, facts);
    for (const section of facts.sections) {
      drawSection(sheet, section);
      if (section.key !== 'fixation') continue;
      drawArtefacts(sheet, facts, picture);
      drawLedger(sheet, facts);
    }
    drawClosing(sheet, facts);
    return await sheet.finish((number, pages) => drawEdge(sheet, facts, number, pages));
  } catch (cause) {
    throw new DocumentError('PDF_FAILED', 'certificate cannot be drawn', { entry: facts.packageId, cause });
  }
}

function drawEdge(sheet: Sheet, { packageId }: CertificateFacts, number: number, pages: number): void {
  const values = [String(number), String(pages)];
  const style = { size: 7, colour: palette.grey, width: contentWidth };
  if (number > 1) {
    sheet.y = 32;
    sheet.text(`${zh.headings.title}  ${packageId}`, style);
  }
  sheet.y = page.height - 40;
  sheet.text(packageId, style);
  sheet.y = page.height - 40;
  sheet.text(`${fill(zh.headings.page, values)}  ${fill(en.headings.page, values)}`, {
    ...style,
    align: 'right',
  });
}
