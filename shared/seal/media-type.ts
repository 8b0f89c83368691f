const byExtension: Readonly<Record<string, string>> = {
  txt: 'text/plain',
  pdf: 'application/pdf',
  json: 'application/json',
  pem: 'application/x-pem-file',
  vkey: 'text/plain',
  wacz: 'application/wacz+zip',
  tsr: 'application/timestamp-reply',
};

/** Media type of a package member outside META-INF, by its extension; `application/octet-stream` when unknown. */
export function mediaTypeOf(path: string): string {
  return byExtension[path.slice(path.lastIndexOf('.') + 1)] ?? 'application/octet-stream';
}
