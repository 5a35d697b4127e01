import type { Database } from '#db/client.ts';
import { projects } from '#db/schema/projects.ts';
import { type Clock, DAY, plus, systemClock } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { policyPreset } from '#server/projects/presets.ts';
import { type Project, project } from '#server/projects/schemas.ts';

let serial = 0;

export type MakeProject = Partial<Omit<Project, 'id' | 'orgId' | 'createdBy'>> & {
  orgId: string;
  createdBy: string;
  clock?: Clock;
};

/** A project of a sponsor; public data, research use, no credential required unless told otherwise. */
export async function makeProject(db: Database, input: MakeProject): Promise<Project> {
  serial += 1;
  const { clock = systemClock, ...overrides } = input;
  const now = clock.now();
  const row: Project = project.parse({
    id: newId(),
    title: `Project ${serial}`,
    summary: 'A project made for a test.',
    modality: 'histopathology',
    anatomy: 'prostate',
    intendedUse: 'research',
    dataClass: 'public',
    status: 'draft',
    currency: 'USD',
    budgetMinor: 1_000_000n,
    deadline: plus(now, 90 * DAY)
      .toISOString()
      .slice(0, 10),
    locationPolicy: { allowedCountries: [], onshoreShareBasisPoints: 0, onshoreCountry: null },
    credentialRule: { anyOf: [] },
    qualityPolicy: policyPreset('research'),
    reviewPeriodDays: 7,
    platformFeeBasisPoints: 1500,
    createdAt: now,
    updatedAt: now,
    ...overrides,
  });
  await db.insert(projects).values(row);
  return row;
}
