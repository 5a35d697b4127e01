import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // One fewer is the default, which on two cores leaves one of them waiting for files and for the database.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          // Loading every module anew for each file took a third of the time; what reads the environment resets its modules.
          isolate: false,
          include: ['app/**/*.test.{ts,tsx}', 'server/**/*.test.ts', 'db/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: ['**/*.db.test.ts', 'e2e/**', 'node_modules/**'],
          // Some start processes of their own; on a busy machine that takes its time.
          testTimeout: 20_000,
          // What is waited for is the event itself; this only says when it counts as never coming.
          expect: { poll: { timeout: 15_000, interval: 20 } },
        },
      },
      {
        test: {
          name: 'db',
          isolate: false,
          include: ['**/*.db.test.ts'],
          exclude: ['e2e/**', 'node_modules/**', '.readroom*/**'],
          globalSetup: ['db/testing/global-setup.ts'],
          setupFiles: ['db/testing/each-file.ts'],
          env: {
            NEXTAUTH_SECRET: 'a secret of the database tests',
            READROOM_GOLD_SECRET: 'a-secret-of-the-tests',
          },
          // A test waits for a real database on a machine that may be busy, so a hang is told from slowness late.
          testTimeout: 30_000,
          expect: { poll: { timeout: 20_000, interval: 20 } },
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
