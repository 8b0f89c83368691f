import { languageTag } from '#shared/view/language';
import { useWording } from '../wording.ts';

/** A time as the reader's clock shows it; exactly, for machines. */
export function Instant({ at }: { at: string }) {
  const { language } = useWording();
  const shown = new Date(at).toLocaleString(languageTag[language], {
    dateStyle: 'medium',
    timeStyle: 'short',
  });
  return <time dateTime={at}>{shown}</time>;
}
