import { useEffect, useState } from 'preact/hooks';
import type { RegionChoice } from '#shared/artefact/choice';
import { ask } from '../messages/ask.ts';
import type { DownloadView } from '../messages/protocol.ts';
import type { Target } from './KindField.tsx';
import { PickButton } from './PickButton.tsx';
import { useKindText } from './text/kind-text.ts';
import { filled } from './wording.ts';

interface Props {
  readonly tabId: number | undefined;
  readonly target: Target;
  readonly link: RegionChoice | undefined;
  onLink(link: RegionChoice): void;
  onChange(target: Target): void;
}

/** Which file: what the tab shows, what a link leads to, or what was downloaded lately. */
export function FileField({ tabId, target, link, onLink, onChange }: Props) {
  const text = useKindText();
  const [downloads, setDownloads] = useState<readonly DownloadView[]>([]);
  const [notLink, setNotLink] = useState(false);
  useEffect(() => {
    void ask('list-downloads', {}).then(
      (answer) => setDownloads(answer.downloads),
      () => undefined,
    );
  }, []);
  const choose = (url: string) => {
    const download = downloads.find((one) => one.url === url);
    if (url === '') onChange({ kind: 'file' });
    else if (download !== undefined)
      onChange({ kind: 'file', url, file: { page: download.page, linkText: '', linkPath: '' } });
  };
  const picked = async (region: RegionChoice) => {
    setNotLink(region.link === undefined);
    if (region.link === undefined || tabId === undefined) return;
    onLink(region);
    const { url: page } = await ask('precheck', { tabId });
    const { href, text: linkText } = region.link;
    onChange({ kind: 'file', url: href, file: { page, linkText, linkPath: region.path } });
  };
  return (
    <>
      <label>
        {text.fileSource}
        <select value={target.url ?? ''} onChange={(event) => choose(event.currentTarget.value)}>
          <option value="">{text.thisAddress}</option>
          {link?.link !== undefined && (
            <option value={link.link.href}>
              {filled(text.chosenLink, link.link.text || link.link.href)}
            </option>
          )}
          {downloads.map(({ id, url, fileName }) => (
            <option key={id} value={url}>
              {filled(text.download, fileName || url)}
            </option>
          ))}
        </select>
      </label>
      <PickButton tabId={tabId} label={text.pickLink} onPicked={(region) => void picked(region)} />
      {notLink && (
        <p class="note note-warn" role="status">
          {text.noLink}
        </p>
      )}
    </>
  );
}
