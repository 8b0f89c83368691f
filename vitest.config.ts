import preact from '@preact/preset-vite';
import { defineConfig } from 'vitest/config';

const unit = (name: string, include: string[]) => ({
  extends: true as const,
  test: { name, include, environment: 'node' as const },
});

/** Minutes each: only in `npm run test:long`, so that `npm test` stays short on two cores. */
const longOnly =
  process.env.TIEZHENG_LONG === '1' ? [] : ['service-backup', 'service-kill', 'disk-full', 'tall-page'];

export default defineConfig({
  plugins: [preact()],
  test: {
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // The browser tests mostly wait for pages: three files at a time keep two cores busy.
    maxWorkers: 3,
    projects: [
      unit('layers', ['test/*.test.ts']),
      unit('shared', ['shared/**/*.test.ts']),
      unit('extension', ['extension/**/*.test.ts']),
      unit('server', ['server/**/*.test.ts', 'scripts/**/*.test.ts']),
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          exclude: longOnly.map((name) => `test/e2e/${name}.test.ts`),
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
