import type { InspectionView } from '#shared/view/inspection-view';
import { itemWords } from '#shared/view/text/item-words';
import { useWording } from './wording.ts';

/** What an inspection found, each item with the word for whom it rests on; declarations as a count. */
export function InspectionFindings({ items }: Pick<InspectionView, 'items'>) {
  const { text, language } = useWording();
  const own = items.filter(({ kind }) => kind !== 'attestation');
  const declarations = items.filter(({ kind }) => kind === 'attestation');
  const declared = declarations.filter(({ finding }) => finding === 'declared').length;
  return (
    <details>
      <summary>{text.inspection.findings}</summary>
      <table class="findings">
        <thead>
          <tr>
            <th scope="col">{text.inspection.item}</th>
            <th scope="col">{text.inspection.finding}</th>
            <th scope="col">{text.inspection.restsOn}</th>
          </tr>
        </thead>
        <tbody>
          {own.map(({ kind, finding, mark }) => (
            <tr key={kind}>
              <th scope="row">{itemWords.label(kind)[language]}</th>
              <td>{itemWords.finding(finding)[language]}</td>
              <td>{itemWords.mark(mark)[language]}</td>
            </tr>
          ))}
          <tr>
            <th scope="row">{itemWords.label('attestation')[language]}</th>
            <td>
              {declared} / {declarations.length}
            </td>
            <td>{itemWords.mark('operator-attested')[language]}</td>
          </tr>
        </tbody>
      </table>
    </details>
  );
}
