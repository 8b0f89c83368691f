import type { CertificateFacts, LedgerGroup, RedactionFact } from '#shared/seal/certificate/facts';
import { fill } from '#shared/seal/certificate/text';
import { certificateTextEn as en } from '#shared/seal/certificate/text-en';
import { certificateTextZh as zh } from '#shared/seal/certificate/text-zh';
import { drawHeading, drawParagraph } from './draw-bilingual.ts';
import { contentWidth, page, palette, type Sheet } from './sheet.ts';

/** Every omission of the record, by cause, numbered through; then every redaction. */
export function drawLedger(sheet: Sheet, { ledger, redactions }: CertificateFacts): void {
  drawHeading(sheet, zh.headings.ledger, en.headings.ledger);
  const total = ledger.reduce((sum, { entries }) => sum + entries.length, 0);
  if (total === 0) drawParagraph(sheet, zh.headings['ledger-empty'], en.headings['ledger-empty']);
  else {
    const count = [String(total)];
    const note = [fill(zh.headings['ledger-note'], count), fill(en.headings['ledger-note'], count)] as const;
    drawParagraph(sheet, ...note);
  }
  let number = 0;
  for (const group of ledger) {
    drawGroup(sheet, group);
    for (const entry of group.entries) drawEntry(sheet, ++number, entry);
    sheet.y += 4;
  }
  drawRedactions(sheet, redactions);
}

function drawGroup(sheet: Sheet, { what, reason, entries }: LedgerGroup): void {
  sheet.reserve(40);
  sheet.rule();
  sheet.y += 3;
  const count = [String(entries.length)];
  const main = `${zh.whats[what]} · ${zh.reasons[reason]} · ${fill(zh.headings.entries, count)}`;
  const caption = `${en.whats[what]}: ${en.reasons[reason]}, ${fill(en.headings.entries, count)}`;
  sheet.text(`${main}   ${caption}`, { size: 8.5, weight: 'bold' });
  sheet.y += 1;
}

function drawEntry(sheet: Sheet, number: number, { url, detail }: LedgerGroup['entries'][number]): void {
  const beside = { x: page.left + 28, width: contentWidth - 28 };
  const text = [url, detail].filter((part) => part !== undefined && part !== '').join('  —  ') || '—';
  sheet.reserve(Math.min(sheet.heightOf(text, { size: 7.5, ...beside }), 200));
  const { y } = sheet;
  sheet.text(`${number}.`, { size: 7.5, width: 24, align: 'right', colour: palette.grey });
  sheet.y = y;
  sheet.text(text, { size: 7.5, ...beside });
}

/** A page sends one cookie with each of hundreds of requests: more than this many of a field are counted, not listed. */
const LISTED_REDACTIONS = 6;

function drawRedactions(sheet: Sheet, redactions: CertificateFacts['redactions']): void {
  drawHeading(sheet, zh.headings.redactions, en.headings.redactions, 40);
  if (redactions.length === 0)
    drawParagraph(sheet, zh.headings['redactions-empty'], en.headings['redactions-empty']);
  for (const [field, ofField] of groupedByField(redactions)) {
    if (ofField.length > LISTED_REDACTIONS) drawRedactionCount(sheet, field, ofField);
    else for (const redaction of ofField) drawRedaction(sheet, redaction);
  }
}

function groupedByField(redactions: CertificateFacts['redactions']): Map<string, RedactionFact[]> {
  const groups = new Map<string, RedactionFact[]>();
  for (const redaction of redactions) {
    const group = groups.get(redaction.field);
    if (group === undefined) groups.set(redaction.field, [redaction]);
    else group.push(redaction);
  }
  return groups;
}

function drawRedactionCount(sheet: Sheet, field: string, redactions: readonly RedactionFact[]): void {
  const bytes = redactions.reduce((sum, { length }) => sum + length, 0);
  const values = [field, String(redactions.length), String(bytes)];
  drawParagraph(
    sheet,
    fill(zh.headings['redactions-counted'], values),
    fill(en.headings['redactions-counted'], values),
  );
}

function drawRedaction(sheet: Sheet, { exchange, field, length, digest }: RedactionFact): void {
  sheet.reserve(34);
  sheet.text(`${exchange}  —  ${field} (${length} bytes)`, { size: 7.5 });
  sheet.text(`SHA-256(salt ‖ value) ${digest}`, { size: 7.2, colour: palette.grey });
  sheet.y += 2;
}
