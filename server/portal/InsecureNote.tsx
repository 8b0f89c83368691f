import { useWording } from './wording.ts';

/** Browsers give no cryptography, no passkeys and no secure cookie to pages that came over plain http from elsewhere. */
export function InsecureNote() {
  const { text } = useWording();
  if (isSecureContext) return null;
  return (
    <div class="note note-warn" role="note">
      <h1>{text.title}</h1>
      <p>{text.insecure}</p>
    </div>
  );
}
