import { useEffect, useState } from 'preact/hooks';
import { hashGroups } from '#shared/view/format';
import { useWording } from './wording.ts';

const COPIED_MS = 1600;

/** A SHA-256 to compare by eye, with a button that copies it whole. */
export function Hash({ value, of }: { value: string; of: string }) {
  const { text } = useWording();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), COPIED_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => void navigator.clipboard.writeText(value).then(() => setCopied(true));
  return (
    <div class="hash">
      <code>
        {hashGroups(value).map((group) => (
          <span key={group}>{group}</span>
        ))}
      </code>
      <button type="button" class="button-small" onClick={copy} aria-label={`${text.copy} SHA-256 ${of}`}>
        <span aria-live="polite">{copied ? text.copied : text.copy}</span>
      </button>
    </div>
  );
}
