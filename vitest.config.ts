import { tmpdir } from 'node:os';
import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['app/**/*.test.{ts,tsx}', 'server/**/*.test.ts', 'db/**/*.test.ts', 'bench/**/*.test.ts'],
          exclude: ['**/*.db.test.ts', 'e2e/**', 'node_modules/**'],
          // Some start processes of their own; on a busy machine that takes its time.
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'db',
          include: ['**/*.db.test.ts'],
          exclude: ['e2e/**', 'node_modules/**', '.readroom*/**'],
          globalSetup: ['db/testing/global-setup.ts'],
          env: {
            READROOM_FILES_DIR: path.join(tmpdir(), 'readroom-test-files'),
            NEXTAUTH_SECRET: 'a secret of the database tests',
          },
          // A test waits for a real database on a machine that may be busy, so a hang is told from slowness late.
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
