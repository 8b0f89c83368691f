/** The browser reads the bytes when it begins the download; a large one on a slow stick takes its time. */
const KEPT_MS = 600_000;

/** Hands `blob` to the browser's downloads as `fileName`; nothing is copied into memory. */
export function saveBlob(blob: Blob, fileName: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}
