/** `text` in Unicode form NFC, each run of white space one space, none at the ends. */
export function normalText(text: string): string {
  return text.normalize('NFC').replaceAll(/\s+/gu, ' ').trim();
}
