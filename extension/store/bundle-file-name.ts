/** Where the finished bundle lies in `blobs`, and what its file is called. */
export function bundleFileName(capture: string): string {
  return `${capture}.wacz`;
}
