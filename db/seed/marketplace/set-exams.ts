import type { Database } from '#db/client.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { makeBatch, makeWorkScene, type WorkScene } from '#db/seed/factories/work.ts';
import type { OrgContext } from '#server/command/context.ts';
import { present } from '#server/core/assert.ts';
import { DAY, type manualClock, plus } from '#server/core/clock.ts';
import { defineExam } from '#server/credentials/define-exam.ts';
import { sitExam } from '#server/work/sit-exam.ts';
import { enter, readSome } from './acts.ts';
import type { CrowdVendor } from './crowd.ts';
import { between, chance } from './random.ts';
import { FIELD } from './tenders.ts';

const KNOWN = 40;
const EXAMS = [
  { title: 'Chest radiograph basics', subjectKind: 'anatomy', subject: 'Chest', pay: 60n },
  { title: 'Reading on a small screen', subjectKind: 'tool', subject: 'Viewer', pay: 40n },
  { title: 'Ultrasound views', subjectKind: 'modality', subject: 'Ultrasound', pay: 50n },
  { title: 'Words of a report', subjectKind: 'tool', subject: 'Text', pay: 30n },
] as const;

/**
 * The platform's general exams, with a project of its own that holds their cases, and people who have taken them: the first
 * reader of the large vendor has passed one, failed one, is in the middle of one, and may take another.
 */
export async function setExams(
  db: Database,
  input: { clock: ReturnType<typeof manualClock>; today: Date; operator: OrgContext; vendor: CrowdVendor },
): Promise<void> {
  const { clock, today, vendor } = input;
  clock.set(plus(today, -20 * DAY));
  const scene = await examScene(db, input);
  const exams: string[] = [];
  for (const { pay, ...exam } of EXAMS) {
    const { examId } = await defineExam(scene.sponsor, {
      ...exam,
      passLevelBasisPoints: 7500,
      retryAfterDays: 7,
      maxAttempts: 2,
      validMonths: 24,
      entryRule: { anyOf: [] },
      pricePerReadMinor: pay,
      currency: 'USD',
    });
    await makeBatch(scene, {
      name: `${exam.title}, first sitting`,
      kind: 'exam',
      generalExamId: examId,
      vendorOrgId: null,
      overlap: 8,
      filter: { gold: 'only' },
      caseLimit: 12,
    });
    exams.push(examId);
  }
  const org = { id: vendor.orgId, kind: 'vendor' as const };
  const sit = async (place: number, exam: number, at: { right: number; most?: number }) => {
    const person = present(vendor.people[place], 'Somebody of the large vendor');
    const who = await enter(scene, person, org, ['vendor_annotator']);
    const { batchId } = await sitExam(who, { examId: present(exams[exam], 'An exam') });
    await readSome(scene, who, { batchId, stream: 400 + 10 * place + exam, ...at });
  };
  // Passed, failed, half-way; the fourth is open to everybody and nobody has begun it.
  await sit(0, 0, { right: 1 });
  await sit(0, 1, { right: 0.4 });
  for (const place of [1, 3]) await sit(place, 0, { right: place === 3 ? 0.4 : 1 });
  clock.set(plus(today, -DAY / 8));
  await sit(0, 2, { right: 1, most: 5 });
  clock.set(today);
}

/** The platform's own project: invented cases with a known answer, read by whoever takes an exam. */
async function examScene(
  db: Database,
  { clock, operator, vendor }: Parameters<typeof setExams>[1],
): Promise<WorkScene> {
  const { actor } = operator;
  const org = { id: actor.orgId, kind: 'platform' as const, verified: true };
  const person = { personId: actor.personId, userId: actor.userId, country: actor.country ?? 'US' };
  const sponsor = await makeMember(db, { org, roles: ['project_manager', 'clinical_lead'], person, clock });
  const answers = ['Normal', 'Chronic', 'Acute'];
  return makeWorkScene(db, {
    cases: KNOWN,
    datasetName: 'Teaching file',
    clock,
    fields: [
      {
        key: FIELD,
        label: 'Finding',
        type: 'categorical',
        definition: 'What the words of the report say.',
        required: true,
        options: answers.map((label, value) => ({ value: String(value), label })),
      },
    ],
    gold: Object.fromEntries(
      Array.from({ length: KNOWN }, (_, at) => [at, { [FIELD]: [String(between(0, 2, 480, at))] }]),
    ),
    caseAt: (at) => ({
      site: 'Teaching file',
      subgroups: { difficulty: chance(481, at) < 0.3 ? 'hard' : 'plain' },
      text: `Teaching case ${at + 1}. Findings as dictated.`,
    }),
    project: {
      title: 'General exams',
      summary: 'Invented cases with a known answer, for the exams that hold in every project.',
      modality: 'Text',
      anatomy: 'Any',
      status: 'active',
      budgetMinor: 5_000_000n,
    },
    parties: {
      sponsorOrg: org,
      vendorOrg: { id: vendor.orgId, kind: 'vendor', verified: true },
      sponsor,
    },
  });
}
