import { canonicalJson } from '#shared/lib/canonical-json';
import type { CaptureRecord } from './capture-record.ts';

/** `pages/pages.jsonl` (json-pages-1.0): the header line and the captured page. Follows from the record alone. */
export function pagesText({ id, url, startedAt, title }: CaptureRecord): string {
  const header = { format: 'json-pages-1.0', id: 'pages', title: 'Pages' };
  const page = { id: id.toLowerCase(), url: url.final, ts: new Date(startedAt).toISOString(), title };
  return `${canonicalJson(header)}\n${canonicalJson(page)}\n`;
}
