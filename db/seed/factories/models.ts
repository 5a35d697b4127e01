import type { OrgContext } from '#server/command/context.ts';
import type { ImportModelInput } from '#server/models/schemas.ts';
import { makeMember } from './identity.ts';
import type { WorkScene } from './work.ts';

/** A file of a model's answers by its cells; none of them needs quotes. */
export const answersFile = (...lines: readonly (readonly string[])[]): string =>
  lines.map((line) => line.join(',')).join('\n');

/** An import of what a model answered on a scene's cases. */
export const importOf = (scene: WorkScene, text: string, version = '1'): ImportModelInput => ({
  projectId: scene.project.id,
  datasetId: scene.dataset.id,
  name: 'Net',
  version,
  text,
});

/** Who trains models at a scene's sponsor, and makes no batches. */
export const mlLeadOf = ({ db, sponsorOrg: org, clock }: WorkScene): Promise<OrgContext> =>
  makeMember(db, { org, roles: ['ml_lead'], clock });
