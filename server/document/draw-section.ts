import type { Mark } from '#shared/environment/mark';
import type { Fact, FactSection, FactValue } from '#shared/seal/certificate/facts';
import { renderValue } from '#shared/seal/certificate/render-value';
import { certificateTextEn as en } from '#shared/seal/certificate/text-en';
import { certificateTextZh as zh } from '#shared/seal/certificate/text-zh';
import { drawHeading } from './draw-bilingual.ts';
import { contentWidth, page, palette, type Sheet } from './sheet.ts';

const LABEL_WIDTH = 116;
const MARK_WIDTH = 66;
const VALUE = { x: page.left + LABEL_WIDTH, width: contentWidth - LABEL_WIDTH - MARK_WIDTH - 8 };

/** A numbered section: one row a fact, label · value · whom it rests on. */
export function drawSection(sheet: Sheet, section: FactSection): void {
  const [first] = section.facts;
  const follow = first === undefined ? 0 : rowHeight(sheet, first);
  drawHeading(sheet, zh.sections[section.key], en.sections[section.key], follow);
  for (const fact of section.facts) drawFact(sheet, fact);
}

function drawFact(sheet: Sheet, { label, mark, values }: Fact): void {
  sheet.reserve(rowHeight(sheet, { label, values }));
  sheet.rule();
  sheet.y += 3;
  const top = sheet.y;
  drawBeside(sheet, top, page.left, LABEL_WIDTH - 8, zh.labels[label], en.labels[label]);
  const labelBottom = sheet.y;
  if (mark !== undefined) drawMark(sheet, top, mark);
  sheet.y = top;
  const before = sheet.document.bufferedPageRange().count;
  for (const value of values) drawValue(sheet, value);
  const paged = sheet.document.bufferedPageRange().count > before;
  sheet.y = (paged ? sheet.y : Math.max(sheet.y, labelBottom)) + 3;
}

/** Room a row asks for before it begins; a longer one flows over pages. */
function rowHeight(sheet: Sheet, { values }: Fact): number {
  const whole = values.reduce((sum, value) => sum + heightOf(sheet, value), 0);
  return Math.min(Math.max(whole, 22) + 6, 300);
}

function drawValue(sheet: Sheet, value: FactValue): void {
  const { main, caption } = words(value);
  sheet.reserve(Math.min(heightOf(sheet, value), 200));
  sheet.text(main, { size: value.type === 'digest' ? 7.6 : 9, ...VALUE });
  if (caption !== undefined) sheet.text(caption, { size: 7, colour: palette.grey, ...VALUE });
}

function heightOf(sheet: Sheet, value: FactValue): number {
  const { main, caption } = words(value);
  const below = caption === undefined ? 0 : sheet.heightOf(caption, { size: 7, ...VALUE });
  return sheet.heightOf(main, { size: value.type === 'digest' ? 7.6 : 9, ...VALUE }) + below;
}

/** Facts that are data print once; phrases print in both languages. */
function words(value: FactValue): { main: string; caption: string | undefined } {
  const bilingual = ['phrase', 'capture', 'defect'].includes(value.type);
  const main = renderValue(value, zh);
  const caption = renderValue(value, en);
  return { main, caption: bilingual && caption !== main ? caption : undefined };
}

function drawMark(sheet: Sheet, top: number, mark: Mark): void {
  drawBeside(sheet, top, page.width - page.right - MARK_WIDTH, MARK_WIDTH, zh.marks[mark], en.marks[mark]);
}

function drawBeside(
  sheet: Sheet,
  top: number,
  x: number,
  width: number,
  main: string,
  caption: string,
): void {
  sheet.y = top;
  sheet.text(main, { size: 8.5, x, width, colour: palette.grey });
  sheet.text(caption, { size: 6.5, x, width, colour: palette.grey, lineGap: 0 });
}
