import type { ApiError } from './api.ts';
import { errorText } from './text/errors.ts';
import { useWording } from './wording.ts';

/** One failure in one sentence; the code below it is for whoever helps. */
export function ErrorNote({ error }: { error: ApiError | undefined }) {
  const { language } = useWording();
  if (error === undefined) return null;
  return (
    <div class="note note-bad" role="alert">
      <p>{errorText(error.code)[language]}</p>
      <p class="detail">{error.code}</p>
    </div>
  );
}
