import type { Kysely } from 'kysely';

/** An index in which the open uploads of a device are counted without reading those of others. */
export async function openUploads({ schema }: Kysely<unknown>): Promise<void> {
  await schema.createIndex('uploads_open_of').on('uploads').columns(['finished_at', 'device']).execute();
}
