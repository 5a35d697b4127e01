import { makeAppealScene } from '#db/seed/factories/appeals.ts';
import { makeSettlingScene } from '#db/seed/factories/labels.ts';
import { readSteps } from '#db/seed/factories/read-steps.ts';
import { createTestDatabase } from './database.ts';

/** A database of its own in which cases are read and settled, and the steps of it. */
export async function openSettlingScene(adminUrl: string) {
  const t = await createTestDatabase(adminUrl, { max: 20 });
  const scene = await makeSettlingScene(t.db);
  return { t, scene, at: readSteps(scene) };
}

/** A database of its own in which reads are rejected, appealed and decided on (R31). */
export async function openAppealScene(adminUrl: string, input: { cases: number }) {
  const t = await createTestDatabase(adminUrl, { max: 8 });
  const at = await makeAppealScene(t.db, input);
  return { t, at, scene: at.scene, operator: at.operator };
}
