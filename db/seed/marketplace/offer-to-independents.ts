import { and, eq } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { calls } from '#db/schema/bids.ts';
import { projects } from '#db/schema/projects.ts';
import { signInMember } from '#db/seed/factories/identity.ts';
import { present } from '#server/core/assert.ts';
import type { manualClock } from '#server/core/clock.ts';
import { isAppError } from '#server/core/errors.ts';
import { answerOffer } from '#server/staffing/answer-offer.ts';
import { applyForWork, sendOffer } from '#server/staffing/offer-work.ts';
import type { CrowdPerson } from './crowd.ts';
import type { MarketSponsor } from './hold-tender.ts';
import { TENDERS } from './tenders.ts';

const STATEMENTS = [
  'Nine years of chest radiographs in two emergency departments; I can read on weekday evenings.',
  'I read for a screening programme and have twelve hours a week to give.',
  'Former fellow in thoracic imaging; I know the three classes from my own reports.',
];

/** People on their own account at the first open call, in every state of an offer (R17); who has accepted is returned. */
export async function offerToIndependents(
  db: Database,
  input: {
    clock: ReturnType<typeof manualClock>;
    sponsor: MarketSponsor;
    independents: readonly CrowdPerson[];
  },
): Promise<CrowdPerson> {
  const { clock, sponsor } = input;
  const tender = present(TENDERS[0], 'The first tender');
  const [open] = await db
    .select({ callId: calls.id, projectId: projects.id })
    .from(projects)
    .innerJoin(calls, eq(calls.projectId, projects.id))
    .where(and(eq(projects.title, tender.title), eq(projects.orgId, sponsor.org.id)));
  const { callId, projectId } = present(open, 'The call of the first tender');
  const steps = ['applied', 'applied', 'offered', 'declined', 'accepted'] as const;
  let made = 0;
  for (const person of input.independents.filter(
    (one) => one.isReady && one.specialty === tender.specialty,
  )) {
    const step = steps[made];
    if (step === undefined) break;
    const org = { id: person.orgId, kind: 'independent' as const, verified: true };
    const who = await signInMember(db, { org, roles: ['independent_annotator'], person, clock });
    try {
      if (step === 'applied') {
        const statement = present(STATEMENTS[made % STATEMENTS.length], 'A statement');
        await applyForWork(who, { callId, statement });
      } else {
        const { offerId } = await sendOffer(sponsor.owner, {
          projectId,
          orgId: person.orgId,
          pricePerReadMinor: BigInt(tender.priceMinor),
          readsPerWeek: 150 + 50 * made,
          daysToAnswer: 10,
          note: 'Cases come on Mondays; the exam takes about forty minutes and is paid.',
        });
        if (step !== 'offered') await answerOffer(who, { offerId, answer: step });
        if (step === 'accepted') return person;
      }
      made += 1;
    } catch (error) {
      // Some hold the specialty but lack an agreement or live outside what the project allows: the next one is asked.
      if (!isAppError(error, 'offer_gates')) throw error;
    }
  }
  throw new Error('Too few people on their own account fit the first call.');
}
