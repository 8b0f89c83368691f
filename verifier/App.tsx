import { useEffect, useState } from 'preact/hooks';
import { type RecordedFile, verificationRecord } from '#shared/verify/record/verification-record';
import { mergeAnchors } from '#shared/verify/trust-anchors';
import { type Language, languageOf, languageTag } from '#shared/view/language';
import { RecordDocument } from '#view/verify/RecordDocument';
import { FileButton } from './FileButton.tsx';
import { PackageList } from './PackageList.tsx';
import { PackagePane } from './PackagePane.tsx';
import type { State } from './state.ts';
import { TrustPane } from './TrustPane.tsx';
import { pageText } from './text.ts';
import { useVerifier } from './use-verifier.ts';

/** The whole page; on paper only the record. */
export function App({ version }: { version: string }) {
  const [language, setLanguage] = useState<Language>(() => languageOf(navigator.languages));
  const verifier = useVerifier();
  const { state, add } = verifier;
  const text = pageText[language];
  useEffect(() => {
    document.documentElement.lang = languageTag[language];
    document.title = text.title;
  }, [language, text]);
  useDrop(add);
  const selected = state.packages.find(({ id }) => id === state.selected);
  const finished = state.packages.length > 0 && state.packages.every(isFinished);
  return (
    <>
      <main class="screen">
        <header>
          <h1>{text.title}</h1>
          <button type="button" onClick={() => setLanguage(language === 'zh' ? 'en' : 'zh')}>
            {text.otherLanguage}
          </button>
          <p>{text.intro}</p>
        </header>
        <div class="inputs">
          <section class="card">
            <h2>{text.packages}</h2>
            <p class="hint">{text.packagesHint}</p>
            <FileButton id="packages" label={text.choosePackages} onFiles={add} />
            <FileButton
              id="folder"
              label={text.chooseFolder}
              onFiles={(files) => add(packagesOf(files))}
              folder
            />
          </section>
          <TrustPane verifier={verifier} language={language} />
        </div>
        {state.packages.length > 0 && (
          <section class="card">
            <PackageList verifier={verifier} language={language} />
            <div class="actions">
              <button type="button" class="primary" disabled={!finished} onClick={() => window.print()}>
                {text.print}
              </button>
              <button type="button" onClick={verifier.clear}>
                {text.clear}
              </button>
            </div>
          </section>
        )}
        {selected !== undefined && (
          <PackagePane key={selected.id} item={selected} verifier={verifier} language={language} />
        )}
        <footer>
          <p>{text.footer}</p>
          <p>{version}</p>
        </footer>
      </main>
      {finished && <RecordDocument blocks={recordOf(state, version)} />}
    </>
  );
}

function isFinished({ outcome }: State['packages'][number]): boolean {
  return outcome.state === 'verified' || outcome.state === 'failed';
}

/** Of a folder only what is named like a package: anything else lying there is no trust file the user chose. */
function packagesOf(files: readonly File[]): File[] {
  return files.filter(({ name }) => /\.asic[es]$/i.test(name));
}

function recordOf({ packages, trust, at }: State, version: string) {
  const files = packages.flatMap(({ file, outcome }): RecordedFile[] => {
    if (outcome.state === 'verified') return [{ file: file.name, report: outcome.report }];
    return outcome.state === 'failed' ? [{ file: file.name, failure: outcome.reason }] : [];
  });
  const anchors = mergeAnchors(trust.map((one) => one.anchors));
  return verificationRecord({ files, anchors, at, software: version });
}

/** Files may be dropped anywhere on the page. */
function useDrop(add: (files: readonly File[]) => Promise<void>): void {
  useEffect(() => {
    const over = (event: DragEvent) => event.preventDefault();
    const drop = (event: DragEvent) => {
      event.preventDefault();
      void add([...(event.dataTransfer?.files ?? [])]);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('drop', drop);
    };
  }, [add]);
}
