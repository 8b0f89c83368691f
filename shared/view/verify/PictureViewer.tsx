import { useEffect, useState } from 'preact/hooks';
import type { CaptureRecord } from '#shared/bundle/capture-record';
import { byteCount } from '../format.ts';
import type { Language } from '../language.ts';
import { artefactLabel } from '../text/labels.ts';
import { verifyText } from '../text/verify-text.ts';

interface PictureViewerProps {
  /** PNG artefacts of the capture record. */
  readonly pictures: CaptureRecord['artefacts'];
  /** The verified bytes of one of them. */
  load(path: string): Promise<Uint8Array<ArrayBuffer>>;
  readonly language: Language;
}

/** The pictures of the capture, from the package's own bytes, one at a time. */
export function PictureViewer({ pictures, load, language }: PictureViewerProps) {
  const [index, setIndex] = useState(0);
  const text = verifyText[language];
  const picture = pictures[index];
  if (picture === undefined) return <p class="hint">{text.noPictures}</p>;
  const step = (by: number) => setIndex((index + by + pictures.length) % pictures.length);
  return (
    <div class="pictures">
      <div class="picture-bar">
        <button
          type="button"
          onClick={() => step(-1)}
          disabled={pictures.length < 2}
          aria-label={text.previous}
        >
          ‹
        </button>
        <span>
          {index + 1} / {pictures.length} · {artefactLabel(picture.kind, language)} · {picture.path} ·{' '}
          {byteCount(picture.bytes)}
        </span>
        <button type="button" onClick={() => step(1)} disabled={pictures.length < 2} aria-label={text.next}>
          ›
        </button>
      </div>
      <Picture key={picture.path} picture={picture} load={load} language={language} />
    </div>
  );
}

function Picture({
  picture,
  load,
  language,
}: { picture: CaptureRecord['artefacts'][number] } & Omit<PictureViewerProps, 'pictures'>) {
  const [url, setUrl] = useState<string>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let made: string | undefined;
    let gone = false;
    load(picture.path).then(
      (bytes) => {
        if (gone) return;
        made = URL.createObjectURL(new Blob([bytes], { type: 'image/png' }));
        setUrl(made);
      },
      () => setFailed(true),
    );
    return () => {
      gone = true;
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [picture.path, load]);
  if (failed) return <p class="fault">{verifyText[language].pictureFailed}</p>;
  if (url === undefined) return <p class="hint">…</p>;
  return (
    <div class="picture-frame">
      <img src={url} alt={picture.path} onError={() => setFailed(true)} />
    </div>
  );
}
