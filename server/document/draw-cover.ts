import type { CertificateFacts } from '#shared/seal/certificate/facts';
import { renderValue } from '#shared/seal/certificate/render-value';
import { fill } from '#shared/seal/certificate/text';
import { certificateTextEn as en } from '#shared/seal/certificate/text-en';
import { certificateTextZh as zh } from '#shared/seal/certificate/text-zh';
import { beijingTime, utcTime } from '#shared/seal/instant';
import { drawHeading, drawParagraph } from './draw-bilingual.ts';
import { drawQrCode } from './qr-code.ts';
import { contentWidth, page, palette, type Sheet } from './sheet.ts';

const QR_SIDE = 112;

/** Title, what it is about, since when it is unaltered, and what must be read before anything else. */
export function drawCover(sheet: Sheet, facts: CertificateFacts): void {
  sheet.text(zh.headings.title, { size: 21, weight: 'bold', align: 'center' });
  sheet.text(en.headings.title, { size: 8.5, colour: palette.grey, align: 'center' });
  sheet.y += 8;
  sheet.rule(palette.ink);
  sheet.y += 10;
  drawIdentity(sheet, facts);
  drawUnchangedSince(sheet, facts);
  if (facts.warnings.length > 0) drawWarnings(sheet, facts);
  sheet.y += 6;
  drawParagraph(sheet, zh.headings.intro, en.headings.intro);
  drawMarks(sheet);
}

/** What the QR code holds: three lines, every digest in full. */
export function qrContent({ packageId, bundle, journal }: CertificateFacts): string {
  return `${packageId}\nwacz sha256:${bundle.sha256}\njournal sha256:${journal.sha256}\n`;
}

function drawIdentity(sheet: Sheet, facts: CertificateFacts): void {
  const top = sheet.y;
  const width = contentWidth - QR_SIDE - 16;
  const line = (label: string, caption: string, value: string, size = 10.5) => {
    sheet.text(`${label}  ${caption}`, { size: 7.5, colour: palette.grey, width });
    sheet.text(value, { size, weight: 'bold', width });
    sheet.y += 4;
  };
  line(zh.headings.package, en.headings.package, facts.packageId, 13);
  line(zh.headings['capture-id'], en.headings['capture-id'], facts.captureId);
  line(zh.headings.system, en.headings.system, `${facts.systemName} ${facts.softwareVersion}`);
  line(zh.labels.signer, en.labels.signer, facts.organisation);
  const bottom = sheet.y;
  const x = page.width - page.right - QR_SIDE;
  drawQrCode(sheet, qrContent(facts), x, top - 4, QR_SIDE);
  sheet.y = top - 2 + QR_SIDE;
  const style = { x, width: QR_SIDE, align: 'center' } as const;
  sheet.text(zh.headings.qr, { size: 6, colour: palette.grey, ...style });
  sheet.y = Math.max(sheet.y, bottom) + 6;
}

function drawUnchangedSince(sheet: Sheet, { unchangedSince: { basis, at } }: CertificateFacts): void {
  const key = `unchanged-since-${basis}` as const;
  const statement = fill(zh.phrases[key], [beijingTime(at)]);
  const caption = `${fill(en.phrases[key], [beijingTime(at)])} = ${utcTime(at)}`;
  const inner = { x: page.left + 12, width: contentWidth - 24 };
  const head = { size: 13, weight: 'bold', ...inner } as const;
  const height = sheet.heightOf(statement, head) + sheet.heightOf(caption, { size: 8, ...inner }) + 20;
  sheet.document.rect(page.left, sheet.y, contentWidth, height).fill(palette.shade);
  const top = sheet.y;
  sheet.y = top + 9;
  sheet.text(statement, head);
  sheet.text(caption, { size: 8, colour: palette.grey, ...inner });
  sheet.y = top + height;
}

function drawWarnings(sheet: Sheet, { warnings }: CertificateFacts): void {
  sheet.y += 8;
  const top = sheet.y;
  const inner = { x: page.left + 14, width: contentWidth - 14 };
  sheet.text(`${zh.headings.warnings}  ${en.headings.warnings}`, {
    size: 9,
    weight: 'bold',
    colour: palette.alarm,
    ...inner,
  });
  for (const warning of warnings) {
    sheet.y += 2;
    sheet.text(renderValue(warning, zh), { size: 9, colour: palette.alarm, ...inner });
    sheet.text(renderValue(warning, en), { size: 7, colour: palette.grey, ...inner });
  }
  sheet.document.rect(page.left, top + 1, 3, sheet.y - top - 1).fill(palette.alarm);
}

function drawMarks(sheet: Sheet): void {
  drawHeading(sheet, zh.headings.marks, en.headings.marks, 20);
  const words = (['service-observed', 'device-reported', 'operator-attested', 'not-possible'] as const).map(
    (mark) => `${zh.marks[mark]} ${en.marks[mark]}`,
  );
  sheet.text(words.join('  ·  '), { size: 8.5 });
}
