import { eq } from 'drizzle-orm';
import { organisations } from '#db/schema/identity.ts';
import { ensureAgreement } from '#db/seed/factories/agreements.ts';
import { makeCredential } from '#db/seed/factories/credentials.ts';
import { makeMember, makePerson, signInMember } from '#db/seed/factories/identity.ts';
import type { WorkScene } from '#db/seed/factories/work.ts';
import type { OrgContext } from '#server/command/context.ts';
import { present } from '#server/core/assert.ts';
import { DAY, HOUR, plus } from '#server/core/clock.ts';
import { makeInHouse } from '#server/identity/make-in-house.ts';
import { answerOrder, proposeOrder } from '#server/own-staff/propose-order.ts';
import { seatOwnStaff } from '#server/own-staff/seat-own-staff.ts';
import { handOverOverdue } from '#server/routing/overflow.ts';
import { routeBatch } from '#server/routing/route-batch.ts';
import { setRule } from '#server/routing/set-rule.ts';
import { openBatch } from '#server/work/open-batch.ts';
import { jobOf, readSome } from './acts.ts';
import type { Award } from './agree-terms.ts';

const OWN_STAFF = ['Wilhelmina Okoro', 'Tobias Lindgren', 'Noor Haddad'];

/**
 * A sponsor's own radiologists, and a batch that is routed: what one site sends stays with them, of the rest they begin, and what
 * they leave behind is handed to the vendor. Two hand-offs, the first taken up within hours, the second still waiting.
 */
export async function routeWork(
  { scene, vendor, today }: Award,
  at: { passwordHash: string; mailDomain: string },
): Promise<void> {
  const { clock, sponsor, project, dataset } = scene;
  clock.set(plus(today, -4 * DAY));
  const readers = await foundUnit(scene, at);
  await setRule(sponsor, {
    projectId: project.id,
    rule: {
      keepInside: { dataClasses: [], filters: [{ sites: ['Harbour Clinic'] }] },
      overflow: { whenLate: true, whenBeyondHours: true },
    },
  });
  const route = async (name: string, dueInDays: number, seed: number) => {
    const { insideBatchId, restBatchId } = await routeBatch(sponsor, {
      projectId: project.id,
      datasetId: dataset.id,
      name,
      dueAt: plus(clock.now(), dueInDays * DAY),
      overlap: 1,
      seed,
    });
    for (const batchId of [insideBatchId, restBatchId])
      if (batchId !== null) await openBatch(sponsor, { batchId });
    return present(restBatchId, 'The part that may overflow');
  };
  const first = await route('Autumn intake', 4, 3);
  const [mina, tobias] = readers;
  await readSome(scene, present(mina, 'The first of own staff'), { batchId: first, most: 6, stream: 700 });
  clock.advance(DAY);
  await readSome(scene, present(tobias, 'The second of own staff'), { batchId: first, most: 4, stream: 702 });
  clock.set(plus(today, -2 * DAY));
  await handOverOverdue(jobOf(scene));
  clock.advance(5 * HOUR);
  const bought = present(vendor.annotators[0], 'A reader of the vendor');
  await readSome(scene, bought, { batchId: first, most: 3, stream: 704 });
  await handOverOverdue(jobOf(scene));
  const second = await route('Late autumn intake', 3, 5);
  await readSome(scene, present(mina, 'The first of own staff'), { batchId: second, most: 5, stream: 706 });
  clock.set(plus(today, -2 * HOUR));
  await handOverOverdue(jobOf(scene));
  clock.set(today);
}

/** The in-house unit with three people who have a seat under an agreed order. */
async function foundUnit(
  scene: WorkScene,
  { passwordHash, mailDomain }: { passwordHash: string; mailDomain: string },
): Promise<OrgContext[]> {
  const { db, clock, sponsor, project } = scene;
  const { orgId } = await makeInHouse(sponsor, { name: 'Reading group' });
  await db
    .update(organisations)
    .set({ status: 'verified', verifiedAt: clock.now() })
    .where(eq(organisations.id, orgId));
  const org = { id: orgId, kind: 'vendor' as const, verified: true };
  await ensureAgreement(db, { kind: 'services', org, clock });
  const people: OrgContext[] = [];
  for (const [index, name] of OWN_STAFF.entries()) {
    const email = `${name.toLowerCase().replaceAll(' ', '-')}@${mailDomain}`;
    const person = await makePerson(db, { name, email, country: 'US', passwordHash, clock });
    await makeCredential(db, {
      personId: person.personId,
      specialty: 'Diagnostic Radiology',
      identifier: `OWN-${index + 1}`,
      clock,
    });
    const roles =
      index === 0 ? (['vendor_annotator', 'staffing_lead'] as const) : (['vendor_annotator'] as const);
    people.push(await makeMember(db, { org, roles, person, clock }));
  }
  const { orderId } = await proposeOrder(sponsor, {
    projectId: project.id,
    pricePerReadMinor: 90n,
    hoursPerWeek: 12,
    needsExam: false,
    note: 'Cases of Harbour Clinic first; the rest as far as the hours go.',
  });
  // Its owner is the sponsor's, who made it: the same person answers for the unit.
  const { personId, userId, country } = sponsor.actor;
  const person = { personId, userId, country: country ?? 'US' };
  const owner = await signInMember(db, { org, roles: ['vendor_owner'], person, clock });
  await answerOrder(owner, { orderId, isAccepted: true });
  for (const { actor } of people)
    await seatOwnStaff(sponsor, { projectId: project.id, personId: actor.personId, role: 'annotator' });
  return people;
}
