import { toUtf8 } from '#shared/lib/utf8';
import { recordHtml } from '#shared/verify/record/record-html';
import { recordText } from '#shared/verify/record/record-text';
import { type RecordInput, verificationRecord } from '#shared/verify/record/verification-record';
import { writeDurable } from './store/durable-file.ts';
import { StoreError } from './store/store-error.ts';
import { VerifyUsageError } from './verify-arguments.ts';
import { version } from './version.ts';

/**
 * Writes the printable 核验记录 of a run to `path`, as HTML or as text after its ending.
 * @throws VerifyUsageError REPORT_NOT_WRITTEN
 */
export async function writeRecord(path: string, input: Omit<RecordInput, 'software'>): Promise<void> {
  const blocks = verificationRecord({ ...input, software: `tiezheng verify ${version}` });
  try {
    await writeDurable(path, toUtf8(path.endsWith('.html') ? recordHtml(blocks) : recordText(blocks)));
  } catch (cause) {
    if (!(cause instanceof StoreError)) throw cause;
    throw new VerifyUsageError('REPORT_NOT_WRITTEN', `不能写入 · cannot write ${path}: ${cause.code}`, {
      entry: path,
      cause,
    });
  }
}
