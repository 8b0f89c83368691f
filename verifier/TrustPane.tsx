import { toHex } from '#shared/lib/hex';
import { sha256 } from '#shared/lib/sha256';
import { visibleText } from '#shared/seal/visible-text';
import type { Language } from '#shared/view/language';
import { FileButton } from './FileButton.tsx';
import type { TrustFile } from './state.ts';
import { pageText } from './text.ts';
import type { Verifier } from './use-verifier.ts';

interface TrustPaneProps {
  readonly verifier: Pick<Verifier, 'state' | 'add' | 'removeTrust'>;
  readonly language: Language;
}

/** Whom the user trusts, with the fingerprints to compare. */
export function TrustPane({ verifier, language }: TrustPaneProps) {
  const { state, add, removeTrust } = verifier;
  const text = pageText[language];
  return (
    <section class="card" data-pane="trust">
      <h2>{text.trust}</h2>
      <p class="hint">{text.trustHint}</p>
      <FileButton id="trust" label={text.chooseTrust} onFiles={add} />
      {state.trust.length === 0 && <p class="note">{text.noTrust}</p>}
      {state.trustFault !== undefined && (
        <p class="fault" role="alert">
          {text.unusableTrust(visibleText(state.trustFault.name))} — {visibleText(state.trustFault.reason)}
        </p>
      )}
      {state.trust.map((one) => (
        <div class="trust-file" key={one.name}>
          <strong>{visibleText(one.name)}</strong>
          <button type="button" onClick={() => removeTrust(one.name)}>
            {text.remove}
          </button>
          <AnchorList file={one} language={language} />
        </div>
      ))}
    </section>
  );
}

function AnchorList({ file: { anchors }, language }: { file: TrustFile; language: Language }) {
  const text = pageText[language];
  const { certificates, logKeys, witnessKeys, policy } = anchors;
  return (
    <ul class="anchors">
      {certificates.map(({ subject, der }) => (
        <li key={toHex(sha256(der))}>
          {text.rootCertificate}: {visibleText(subject.text)}
          <code>SHA-256 {toHex(sha256(der))}</code>
        </li>
      ))}
      {logKeys.map((key) => (
        <li key={key}>
          {text.logKey}: <code>{visibleText(key)}</code>
        </li>
      ))}
      {witnessKeys.map((key) => (
        <li key={key}>
          {text.witnessKey}: <code>{visibleText(key)}</code>
        </li>
      ))}
      {policy.witnesses > 0 && <li>{text.demandsWitnesses(policy.witnesses)}</li>}
      {policy.timeStamps > 0 && <li>{text.demandsTimeStamps(policy.timeStamps)}</li>}
    </ul>
  );
}
