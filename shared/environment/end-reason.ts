/**
 * Why an inspection 取证会话 ended. `expired`: after four hours; `superseded`: another was begun; `software-changed`:
 * the extension itself is another version; `service-changed`: paired with another service.
 */
export const endReasons = [
  'ended',
  'superseded',
  'expired',
  'network-changed',
  'extensions-changed',
  'operators-changed',
  'clock-changed',
  'software-changed',
  'service-changed',
] as const;
export type EndReason = (typeof endReasons)[number];
