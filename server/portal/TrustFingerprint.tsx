import { useEffect, useState } from 'preact/hooks';
import { digestHex } from './digest-hex.ts';
import { useWording } from './wording.ts';

/** SHA-256 of the trust file this service hands out, to be compared with what was published elsewhere. */
export function TrustFingerprint() {
  const { text } = useWording();
  const [digest, setDigest] = useState<{ hex: string; by: string }>();
  useEffect(() => {
    const load = async () => {
      const answer = await fetch('/trust', { credentials: 'omit', redirect: 'error' });
      if (answer.ok) setDigest(await digestHex(new Uint8Array(await answer.arrayBuffer())));
    };
    load().catch(() => setDigest(undefined));
  }, []);
  if (digest === undefined) return null;
  return (
    <p class="fingerprint">
      <a href="/trust">{text.trustFile}</a> SHA-256{' '}
      <code data-by={digest.by}>{digest.hex.replace(/(.{8})(?=.)/g, '$1 ')}</code>
    </p>
  );
}
