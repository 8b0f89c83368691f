/**
 * Whether `name` may name a key of a signed note: not empty, no Unicode space, no plus, no control character
 * (C2SP signed-note, "Format").
 */
export function isKeyName(name: string): boolean {
  return name.isWellFormed() && /^[^\s\p{White_Space}\p{Cc}+]+$/u.test(name);
}
