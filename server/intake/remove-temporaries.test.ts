import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeTemporaries } from './remove-temporaries.ts';

test('what was being written goes; what was written stays', async () => {
  const root = await mkdtemp(join(tmpdir(), 'temporaries-'));
  try {
    const [incoming, refused] = [join(root, 'incoming'), join(root, 'refused')] as const;
    for (const folder of [incoming, refused]) {
      await mkdir(folder);
      for (const name of ['.ab.enc.0123456789ab.tmp', 'ab', 'ab.enc', 'ab.json', 'x.tmp'])
        await writeFile(join(folder, name), 'x');
    }
    await removeTemporaries({ incoming, refused });
    for (const folder of [incoming, refused])
      expect((await readdir(folder)).sort()).toEqual(['ab', 'ab.enc', 'ab.json', 'x.tmp']);
  } finally {
    await rm(root, { recursive: true });
  }
});
