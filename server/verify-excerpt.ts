import type { ByteSource } from '#shared/lib/port';
import { visibleText } from '#shared/seal/visible-text';
import { type ExcerptReport, verifyExcerptOf } from '#shared/verify/excerpt';
import { excerptText } from '#shared/verify/excerpt-text';
import type { BundleContents } from '#shared/verify/verify-package';
import { openFileSource } from './store/file-source.ts';
import { nodePorts } from './store/node-ports.ts';
import { VerifyUsageError } from './verify-arguments.ts';

/** A verified excerpt with the file it lies in. */
export interface CheckedExcerpt {
  readonly file: string;
  readonly report: ExcerptReport;
}

/**
 * Verifies the excerpt in `file` against a package that has just been verified.
 * @throws VerifyUsageError NOT_FOUND when it cannot be opened
 */
export async function checkExcerpt(
  contents: BundleContents | undefined,
  file: string,
): Promise<CheckedExcerpt> {
  const excerpt = await openExcerpt(file);
  try {
    return { file, report: await verifyExcerptOf(contents, excerpt, nodePorts) };
  } finally {
    await excerpt.close();
  }
}

function openExcerpt(file: string): Promise<ByteSource & { close(): Promise<void> }> {
  return openFileSource(file).catch((cause: unknown) => {
    throw new VerifyUsageError('NOT_FOUND', `没有这个文件 · no such file: ${file}`, { entry: file, cause });
  });
}

const marks: Record<ExcerptReport['status'], string> = { pass: '✓', fail: '✗', 'not-checked': '–' };

/** For a terminal, Chinese before English, ending in a line feed. */
export function excerptLines({ file, report }: CheckedExcerpt): string {
  const { zh, en } = excerptText(report);
  return `\n摘录 Excerpt ${visibleText(file)}\n${marks[report.status]} ${zh}\n  ${en}\n`;
}
