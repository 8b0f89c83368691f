import type { FactRow } from './fact-rows.ts';
import type { PackageFacts } from './package-facts.ts';

/** Rows on unexplained text and on the page as found; none for a package that has no such comparison. */
export function comparisonRows({ unexplained, difference }: PackageFacts): FactRow[] {
  return [...unexplainedRow(unexplained), ...differenceRow(difference)];
}

const unexplainedLabel = { zh: '无来源文字(设备自报)', en: 'unexplained text (device-reported)' };
const differenceLabel = { zh: '取证前与之后(设备自报)', en: 'as found, as captured (device-reported)' };

function unexplainedRow(unexplained: PackageFacts['unexplained']): FactRow[] {
  if (unexplained === undefined) return [];
  if (unexplained === null)
    return [
      {
        label: unexplainedLabel,
        value: {
          zh: '无法:页面所依据的响应未被记录',
          en: 'not possible: the responses behind the page were not recorded',
        },
      },
    ];
  const { count, foundOnly, texts } = unexplained;
  const list = texts.map((text) => `“${text}”`).join(' ');
  const zhFound = foundOnly === 0 ? '' : `,其中 ${foundOnly} 处只在取证前的页面上`;
  const enFound = foundOnly === 0 ? '' : `, ${foundOnly} of them only on the page as found`;
  return [
    {
      label: unexplainedLabel,
      value: { zh: `${count}${zhFound} ${list}`.trim(), en: `${count}${enFound} ${list}`.trim() },
    },
  ];
}

function differenceRow(difference: PackageFacts['difference']): FactRow[] {
  if (difference === undefined) return [];
  if (difference === null)
    return [{ label: differenceLabel, value: { zh: '无法比对', en: 'not possible to compare' } }];
  const { title, onlyFound, onlyFinal } = difference;
  const [found, final] = title;
  const same = found === final;
  if (same && onlyFound + onlyFinal === 0)
    return [{ label: differenceLabel, value: { zh: '标题与文字一致', en: 'title and text agree' } }];
  const titleZh = same ? '' : `标题“${found}”→“${final}”;`;
  const titleEn = same ? '' : `title “${found}” → “${final}”; `;
  return [
    {
      label: differenceLabel,
      value: {
        zh: `${titleZh}仅取证前 ${onlyFound} 行,仅之后 ${onlyFinal} 行`,
        en: `${titleEn}lines only as found ${onlyFound}, only after ${onlyFinal}`,
      },
    },
  ];
}
