import preact from '@preact/preset-vite';
import { defineConfig } from 'vitest/config';

const unit = (name: string, include: string[]) => ({
  extends: true as const,
  test: { name, include, environment: 'node' as const },
});

/** Minutes each: only in `npm run test:long`, so that `npm test` stays short on two cores. */
const isLong = process.env.TIEZHENG_LONG === '1';
const longOnly = isLong
  ? []
  : ['service-backup', 'service-kill-long', 'disk-full', 'tall-page', 'recording-long'];

/** What people and devices do must be the same in both databases; the rest of the service is compared in the long run. */
const onPostgres = (isLong ? ['*'] : ['identity', 'passkeys']).map((name) => `server/http/${name}.test.ts`);

export default defineConfig({
  plugins: [preact()],
  test: {
    testTimeout: 60_000,
    hookTimeout: 300_000,
    // What is already on its way, on a machine that is busy with something else.
    expect: { poll: { timeout: 30_000 } },
    // One file a core: with more, browsers wait for a processor longer than they would wait for anything else.
    maxWorkers: 2,
    projects: [
      unit('layers', ['test/*.test.ts']),
      // A pure core has nothing one test file could leave behind for another: its modules are loaded once a worker.
      { extends: true, test: { ...unit('shared', ['shared/**/*.test.ts']).test, isolate: false } },
      unit('extension', ['extension/**/*.test.ts']),
      unit('server', ['server/**/*.test.ts', 'scripts/**/*.test.ts']),
      {
        extends: true,
        test: {
          ...unit('server on postgres', onPostgres).test,
          globalSetup: 'test/fixtures/on-postgres.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: longOnly.map((name) => `test/e2e/${name}.test.ts`),
          testTimeout: 300_000,
          // Browsers and services under real time: a test that fails is run once more, and the report names it.
          retry: 1,
        },
      },
    ],
  },
});
