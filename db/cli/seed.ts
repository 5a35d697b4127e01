import { chmod, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { openDatabase } from '#db/client.ts';
import { organisations } from '#db/schema/identity.ts';
import { SCENARIOS } from '#db/seed/scenarios.ts';
import { systemClock } from '#server/core/clock.ts';
import { env } from '#server/env.ts';

/** `npm run db:seed -- SCENARIO`: fills an empty, migrated database; says so and does nothing when it is not empty. */
async function main(name = 'demo'): Promise<number> {
  const scenario = SCENARIOS[name];
  if (!scenario) {
    console.error(`There is no scenario "${name}". There are: ${Object.keys(SCENARIOS).join(', ')}.`);
    return 2;
  }
  const { db, close } = openDatabase(env().DATABASE_URL, { max: 8, name: 'readroom-seed' });
  try {
    const [existing] = await db.select({ id: organisations.id }).from(organisations).limit(1);
    if (existing) {
      console.log('The database is not empty; nothing was seeded. Use npm run db:reset first.');
      return 0;
    }
    const logins = await scenario({ db, clock: systemClock, say: (line) => console.error(line) });
    const file = path.join(process.env.READROOM_HOME ?? '.readroom', 'demo.json');
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify({ logins }, null, 2)}\n`, { mode: 0o600 });
    await chmod(file, 0o600);
    console.log(`Seeded "${name}". The logins are in ${file}.`);
    return 0;
  } finally {
    await close();
  }
}

process.exitCode = await main(process.argv[2]);
