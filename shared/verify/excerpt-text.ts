import { beijingTime, utcTime } from '#shared/seal/instant';
import type { ExcerptReport } from './excerpt.ts';
import type { Bilingual } from './report.ts';

/** What a report on an excerpt says, in one sentence each. */
export function excerptText(report: ExcerptReport): Bilingual {
  switch (report.status) {
    case 'pass': {
      const { from, to, fromMs, toMs, storedAt } = report;
      const place = `${clock(fromMs)}–${clock(toMs)}`;
      return {
        zh: `与封存包内的录屏一致:第 ${from} 至 ${to} 段,录屏的 ${place}。第 ${from} 段于 ${beijingTime(storedAt)}(北京时间,设备自报)存下。文件开头另含第 0 段,否则无法播放。`,
        en: `Part of the recording in the package: chunks ${from} to ${to}, ${place} of it; chunk ${from} was stored at ${utcTime(storedAt)} by the device's clock. Chunk 0 stands before them: without it nothing plays.`,
      };
    }
    case 'fail':
      return {
        zh: `不是封存包内录屏的摘录,或已被改动 [${report.code}]。`,
        en: `Not an excerpt of the recording in the package, or altered [${report.code}].`,
      };
    case 'not-checked':
      return report.code === 'NOT_PRESENT'
        ? { zh: '未检查:封存包内没有录屏。', en: 'Not checked: the package holds no recording.' }
        : {
            zh: '未检查:证据包自身的检查未全部通过。',
            en: 'Not checked: not every check of the bundle itself held.',
          };
  }
}

/** `1:05:09` or `05:09.250`, counted from the beginning of the recording. */
function clock(ms: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const seconds = Math.floor(ms / 1000);
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${hours > 0 ? `${hours}:` : ''}${rest}.${String(ms % 1000).padStart(3, '0')}`;
}
