import { useEffect, useRef, useState } from 'preact/hooks';
import type { ArtefactKind } from '#shared/artefact/index';
import type { ArtefactView } from '#shared/view/capture-view';
import { artefactLabel } from '#shared/view/text/labels';
import { usePlatform } from './platform.ts';
import { filled, useWording } from './wording.ts';

const pictures: ReadonlySet<ArtefactKind> = new Set(['screenshot', 'found-screenshot', 'scroll-area']);
const documents: ReadonlySet<ArtefactKind> = new Set(['dom', 'found-dom', 'scroll-area-dom']);
const texts: ReadonlySet<ArtefactKind> = new Set([
  'capture-record',
  'challenge',
  'forms',
  'cookies',
  'environment',
]);
/** More than this is for an editor, not for a panel. */
const TEXT_LIMIT = 100_000;

export function isPreviewable(kind: ArtefactKind): boolean {
  return pictures.has(kind) || documents.has(kind) || texts.has(kind);
}

interface Props {
  readonly captureId: string;
  readonly artefact: ArtefactView;
}

/** The stored bytes of one file, shown without letting anything of them run. */
export function Preview({ captureId, artefact }: Props) {
  const { text, language } = useWording();
  const { reader } = usePlatform();
  const [blob, setBlob] = useState<Blob>();
  useEffect(() => {
    let current = true;
    void reader.blob(captureId, artefact.path).then((found) => {
      if (current) setBlob(found);
    });
    return () => {
      current = false;
    };
  }, [reader, captureId, artefact.path]);
  if (blob === undefined) return <p class="hint">{text.noPreview}</p>;
  const label = artefactLabel(artefact.kind, language);
  if (pictures.has(artefact.kind)) return <Picture blob={blob} label={filled(text.previewImage, label)} />;
  if (documents.has(artefact.kind)) return <Redrawn blob={blob} />;
  return <PlainText blob={blob} />;
}

function Picture({ blob, label }: { blob: Blob; label: string }) {
  const [url, setUrl] = useState<string>();
  useEffect(() => {
    const made = URL.createObjectURL(blob);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [blob]);
  return url === undefined ? null : <img class="preview-picture" src={url} alt={label} />;
}

/** The sandboxed page draws it: opaque origin, no network, no stored script. */
function Redrawn({ blob }: { blob: Blob }) {
  const { text } = useWording();
  const frame = useRef<HTMLIFrameElement>(null);
  const draw = async () => {
    const html = await blob.text();
    frame.current?.contentWindow?.postMessage({ html }, '*');
  };
  return (
    <figure class="redrawn">
      <figcaption>
        <strong>{text.redrawn}</strong> {text.redrawnNote}
      </figcaption>
      <iframe ref={frame} src="preview.html" title={text.redrawn} onLoad={() => void draw()} />
    </figure>
  );
}

function PlainText({ blob }: { blob: Blob }) {
  const [content, setContent] = useState('');
  useEffect(() => {
    void blob
      .slice(0, TEXT_LIMIT)
      .text()
      .then((raw) => setContent(indented(raw)));
  }, [blob]);
  return <pre class="preview-text">{content}</pre>;
}

function indented(raw: string): string {
  try {
    return JSON.stringify(JSON.parse(raw), null, 2);
  } catch {
    return raw;
  }
}
