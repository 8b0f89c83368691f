import type { CertificateFacts } from '#shared/seal/certificate/facts';
import { certificateTextEn as en } from '#shared/seal/certificate/text-en';
import { certificateTextZh as zh } from '#shared/seal/certificate/text-zh';
import { beijingTime } from '#shared/seal/instant';
import { drawHeading } from './draw-bilingual.ts';
import type { Thumbnail } from './png-thumbnail.ts';
import { contentWidth, page, palette, type Sheet } from './sheet.ts';

const PICTURE_WIDTH = 190;
const columns = { number: 22, path: 150, kind: 132, bytes: 66, created: 125 };

/** The first screenshot, small, and one row for each file with its digest in full. */
export function drawArtefacts(sheet: Sheet, facts: CertificateFacts, picture: Thumbnail | undefined): void {
  drawPicture(sheet, picture);
  drawHeading(sheet, zh.headings.artefacts, en.headings.artefacts);
  sheet.text(zh.headings['artefacts-note'], { size: 8, colour: palette.grey });
  sheet.text(en.headings['artefacts-note'], { size: 6.5, colour: palette.grey });
  sheet.y += 3;
  drawRow(sheet, 0, ['#', zh.headings.path, zh.headings.kind, zh.headings.bytes, zh.headings.created]);
  for (const [index, artefact] of facts.artefacts.entries()) {
    sheet.reserve(30);
    sheet.rule();
    sheet.y += 2;
    const { path, kind, bytes, createdAt, sha256 } = artefact;
    drawRow(sheet, 1, [String(index + 1), path, zh.artefacts[kind], String(bytes), beijingTime(createdAt)]);
    sheet.text(`SHA-256 ${sha256}`, {
      size: 7.2,
      x: page.left + columns.number,
      width: contentWidth - columns.number,
      colour: palette.grey,
    });
    sheet.y += 2;
  }
}

function drawPicture(sheet: Sheet, picture: Thumbnail | undefined): void {
  sheet.y += 6;
  if (picture === undefined) {
    sheet.text(`${zh.headings['no-picture']}  ${en.headings['no-picture']}`, {
      size: 8,
      colour: palette.grey,
    });
    return;
  }
  const height = (PICTURE_WIDTH * picture.height) / picture.width;
  sheet.reserve(height + 24);
  const { y } = sheet;
  sheet.document.image(Buffer.from(picture.png), page.left, y, { width: PICTURE_WIDTH });
  sheet.document.rect(page.left, y, PICTURE_WIDTH, height).lineWidth(0.5).stroke(palette.rule);
  const beside = { x: page.left + PICTURE_WIDTH + 12, width: contentWidth - PICTURE_WIDTH - 12 };
  sheet.y = y;
  sheet.text(zh.headings.picture, { size: 8, colour: palette.grey, ...beside });
  sheet.text(en.headings.picture, { size: 6.5, colour: palette.grey, ...beside });
  sheet.y = y + height + 2;
}

function drawRow(sheet: Sheet, ink: 0 | 1, cells: readonly string[]): void {
  const top = sheet.y;
  const colour = ink === 0 ? palette.grey : palette.ink;
  let x = page.left;
  let bottom = top;
  for (const [index, width] of Object.values(columns).entries()) {
    sheet.y = top;
    const align = index === 3 ? 'right' : 'left';
    sheet.text(cells[index] ?? '', { size: 8, colour, x, width: width - (index === 3 ? 10 : 4), align });
    bottom = Math.max(bottom, sheet.y);
    x += width;
  }
  sheet.y = bottom;
}
