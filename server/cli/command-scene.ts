import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestDatabase, TEST_APP_PASSWORD, type TestDatabase } from '#db/testing/database.ts';
import { takeLock } from './lock.mjs';
import { type EndedStart, runLauncher } from './run-start.ts';

export type CommandScene = {
  t: TestDatabase;
  /** The data folder of the test's. */
  home: string;
  /** Runs one of the launcher's commands on the test's database, which it migrates first: three processes one after the other. */
  run: (args: readonly string[]) => Promise<EndedStart>;
  /** The same beside an installation that runs on the database, as operators do: nothing is brought to its schema again. */
  runBeside: (args: readonly string[]) => Promise<EndedStart>;
  end: () => Promise<void>;
};

/** A database and a data folder of its own for tests of commands that work on a database which runs already. */
export async function commandScene(serverUrl: string): Promise<CommandScene> {
  const t = await createTestDatabase(serverUrl);
  const home = mkdtempSync(join(tmpdir(), 'readroom-command-'));
  const url = new URL(serverUrl);
  url.pathname = new URL(t.url).pathname;
  const settings = {
    DATABASE_URL: url.href,
    READROOM_APP_PASSWORD: TEST_APP_PASSWORD,
    STRIPE_SECRET_KEY: 'sk_test_none',
  };
  return {
    t,
    home,
    run: (args) => runLauncher(args, home, settings),
    runBeside: async (args) => {
      const lock = takeLock(home, 'npm start');
      if ('heldBy' in lock) throw new Error(`The folder of the test is held by "${lock.heldBy.command}".`);
      lock.update({ state: 'running', url: 'http://localhost:3000' });
      try {
        return await runLauncher(args, home, settings);
      } finally {
        lock.release();
      }
    },
    end: async () => {
      rmSync(home, { recursive: true, force: true });
      await t.drop();
    },
  };
}
