import type { WireError } from '#shared/view/error-code';
import { errorTexts } from '#shared/view/text/errors';
import { useWording } from './wording.ts';

/** One failure in one sentence; what exactly was at fault stands below it, for whoever helps. */
export function ErrorNote({ error }: { error: WireError | undefined }) {
  const { language } = useWording();
  if (error === undefined) return null;
  const detail = [...new Set([error.code, error.entry])].filter(Boolean).join(' · ');
  return (
    <div class="note note-error" role="alert">
      <p>{errorTexts[error.code][language]}</p>
      <p class="note-detail">{detail}</p>
    </div>
  );
}
