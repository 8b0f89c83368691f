import { useCallback } from 'preact/hooks';
import type { CaptureRecord } from '#shared/bundle/capture-record';
import { visibleText } from '#shared/seal/visible-text';
import { byteCount } from '#shared/view/format';
import type { Language } from '#shared/view/language';
import { verifyText } from '#shared/view/text/verify-text';
import { CheckTable } from '#view/verify/CheckTable';
import { ClaimLists } from '#view/verify/ClaimLists';
import { FactTable } from '#view/verify/FactTable';
import { LedgerList } from '#view/verify/LedgerList';
import { PictureViewer } from '#view/verify/PictureViewer';
import { VerdictBanner } from '#view/verify/VerdictBanner';
import { ExcerptList } from './ExcerptList.tsx';
import type { Outcome, PackageFile } from './state.ts';
import { pageText } from './text.ts';
import type { Verifier } from './use-verifier.ts';

interface PackagePaneProps {
  readonly item: PackageFile;
  readonly verifier: Pick<Verifier, 'picture' | 'checkExcerpts'>;
  readonly language: Language;
}

/** Everything about one file: progress while it is verified, then the report. */
export function PackagePane({ item, verifier, language }: PackagePaneProps) {
  const { outcome, file, id } = item;
  const load = useCallback((path: string) => verifier.picture(id, path), [verifier.picture, id]);
  return (
    <section class="card package" data-package={file.name}>
      <h2>{visibleText(file.name)}</h2>
      {outcome.state === 'running' && <Progress outcome={outcome} language={language} />}
      {outcome.state === 'waiting' && <p class="hint">{pageText[language].waiting}</p>}
      {outcome.state === 'failed' && (
        <p class="fault" role="alert">
          {pageText[language].cannotRead} — {visibleText(outcome.reason)}
        </p>
      )}
      {outcome.state === 'verified' && holdsRecording(outcome.record) && (
        <ExcerptList
          excerpts={item.excerpts}
          onFiles={async (files) => verifier.checkExcerpts(id, files)}
          language={language}
        />
      )}
      {outcome.state === 'verified' && <Report outcome={outcome} load={load} language={language} />}
    </section>
  );
}

function holdsRecording(record: CaptureRecord | undefined): boolean {
  return record?.artefacts.some(({ kind }) => kind === 'recording-journal') ?? false;
}

function Progress({
  outcome,
  language,
}: {
  outcome: Extract<Outcome, { state: 'running' }>;
  language: Language;
}) {
  const { check, done, total, bytes } = outcome;
  return (
    <div class="progress">
      <progress max={total} value={done} />
      <p class="hint">
        {check[language]} · {byteCount(bytes)}
      </p>
    </div>
  );
}

interface ReportProps {
  readonly outcome: Extract<Outcome, { state: 'verified' }>;
  load(path: string): Promise<Uint8Array<ArrayBuffer>>;
  readonly language: Language;
}

function Report({ outcome: { report, record }, load, language }: ReportProps) {
  const text = verifyText[language];
  return (
    <>
      <VerdictBanner report={report} language={language} />
      <ClaimLists report={report} language={language} />
      <h3>{text.facts}</h3>
      <FactTable facts={report.facts} language={language} />
      {record === undefined ? (
        <p class="note">{text.contentsWithheld}</p>
      ) : (
        <Contents record={record} load={load} language={language} />
      )}
      <h3>{text.checks}</h3>
      <CheckTable checks={report.checks} language={language} />
    </>
  );
}

function Contents({ record, load, language }: Omit<ReportProps, 'outcome'> & { record: CaptureRecord }) {
  const text = verifyText[language];
  const pictures = record.artefacts.filter(({ mediaType }) => mediaType === 'image/png');
  return (
    <>
      <h3>
        {text.ledger} ({record.notCaptured.length})
      </h3>
      <p class="hint">{text.ledgerNote}</p>
      <LedgerList entries={record.notCaptured} language={language} />
      <h3>
        {text.pictures} ({pictures.length})
      </h3>
      <p class="hint">{text.picturesNote}</p>
      <PictureViewer pictures={pictures} load={load} language={language} />
    </>
  );
}
