import type { Database } from '#db/client.ts';
import { policyPreset } from '#server/projects/presets.ts';
import { noAdjudication } from '#server/work/batch-rules.ts';
import { gradeField } from './protocols.ts';
import { makeWorkScene, type WorkScene } from './work.ts';

/** Six cases of one graded field, of which the panel decides those without a majority. */
export const makeSettlingScene = (db: Database): Promise<WorkScene> =>
  makeWorkScene(db, {
    cases: 6,
    fields: [gradeField()],
    project: {
      qualityPolicy: { ...policyPreset('research'), adjudication: { ...noAdjudication, noMajority: true } },
    },
  });

/** The first cases of a scene. */
export const casesOf = (scene: WorkScene, n: number): string[] =>
  scene.dataset.cases.slice(0, n).map((one) => one.id);
