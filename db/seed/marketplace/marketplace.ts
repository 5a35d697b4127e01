import { eq } from 'drizzle-orm';
import type { Database } from '#db/client.ts';
import { users } from '#db/schema/identity.ts';
import { makeMember, makeOrganisation, makePerson, signInMember } from '#db/seed/factories/identity.ts';
import { nameSignatory } from '#db/seed/factories/signing-world.ts';
import type { DemoLogin, ScenarioInput } from '#db/seed/scenarios.ts';
import { ensureGateRequirements } from '#server/agreements/ensure-gate-requirements.ts';
import { ensureTemplates } from '#server/agreements/ensure-templates.ts';
import type { Role } from '#server/command/capabilities.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { present } from '#server/core/assert.ts';
import { DAY, manualClock, plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { createPlatform } from '#server/identity/create-platform.ts';
import { hashPassword } from '#server/identity/password.ts';
import { getPlatformOrg } from '#server/identity/reads.ts';
import { appointOne } from './appoint-delegate.ts';
import { type CrowdPerson, type CrowdVendor, makeCrowd } from './crowd.ts';
import { holdTender, type MarketSponsor } from './hold-tender.ts';
import { offerToIndependents } from './offer-to-independents.ts';
import { openDirectWork } from './open-direct-work.ts';
import { decideOn } from './plan-work.ts';
import { setExams } from './set-exams.ts';
import { shareWork } from './share-work.ts';
import { showVendors } from './show-vendors.ts';
import { signPapers } from './sign-papers.ts';
import { TENDERS } from './tenders.ts';
import { workUnderAward } from './work-under-award.ts';

const PASSWORD = 'readroom demo login';
const MAIL = 'market.example';
const OPERATOR = { name: 'Olu Operator', email: 'operator@readroom.example', password: PASSWORD };

const SPONSORS = [
  { legalName: 'Northgate Imaging AI', country: 'US', owner: 'Sofia Lindqvist', lead: 'Clement Achebe' },
  { legalName: 'Lumière Cardio', country: 'FR', owner: 'Margaux Delorme', lead: 'Hugo Marchetti' },
  { legalName: 'Aotearoa Path AI', country: 'NZ', owner: 'Aroha Ngata', lead: 'Tane Williams' },
];

/**
 * A market: 3 sponsors with thirteen pieces of work, 25 vendors, 2,000 people who read. Calls, bids and pilots in every state,
 * one award at work, exams, a delegate; the crowd is put in by large statements, all else is done by commands. The same at
 * every load, dated from today.
 */
export async function seedMarketplace({ db, clock: wall, say }: ScenarioInput): Promise<DemoLogin[]> {
  const today = wall.now();
  const clock = manualClock(today);
  const ctx = systemContext({ db, clock, name: 'seed.marketplace', requestId: newId() });
  await ensureTemplates(db, today);
  await ensureGateRequirements(db);
  const platform = await createPlatform(ctx, {
    legalName: 'Readroom Market Platform',
    country: 'US',
    domain: 'readroom.example',
    operator: { ...OPERATOR, country: 'US' },
  });
  const passwordHash = await hashPassword(PASSWORD);
  say('Bringing in 25 vendors and 2,000 people');
  const platformOrgId = (await getPlatformOrg(db)).id;
  const { vendors, independents } = await makeCrowd(db, {
    clock,
    mailDomain: MAIL,
    passwordHash,
    platformOrgId,
    operatorId: platform.personId,
  });
  say('Showing what vendors have done and how they protect data');
  const operator = await operatorOf(db, platform, clock);
  await showVendors(db, { clock, operator, vendors });
  const sponsors: MarketSponsor[] = [];
  // Before their first tender: where somebody lands at sign-in is what they joined first.
  clock.set(plus(today, -60 * DAY));
  for (const one of SPONSORS) sponsors.push(await foundSponsor(db, { ...one, clock, passwordHash }));
  clock.set(today);
  for (const [place, tender] of TENDERS.entries()) {
    say(`Holding the tender "${tender.title}"`);
    const sponsor = present(sponsors[tender.sponsor], 'The sponsor of a tender');
    const held = await holdTender(db, { clock, today, tender, place, sponsor, vendors });
    if (tender.call === 'none') await decideOn(held, sponsor.owner);
    if (tender.isReadDirectly) await openDirectWork(held, BigInt(tender.priceMinor));
    if (tender.isShared) {
      say('Sharing the work of two vendors');
      await shareWork(held, today);
    }
    if (tender.isForLargest) {
      say('Working under the award of the largest vendor');
      const crowd = present(vendors[0], 'The largest vendor');
      await workUnderAward(held, { today, crowd, operator, passwordHash, mailDomain: MAIL });
    }
  }
  say('Setting exams, and letting a vendor check in the platform’s place');
  await setExams(db, { clock, today, operator, vendor: present(vendors[0], 'The largest vendor') });
  await signPapers(db, { clock, vendor: present(vendors[0], 'The largest vendor') });
  await appointOne(db, { clock, today, operator, vendor: present(vendors[0], 'The largest vendor') });
  const direct = await offerToIndependents(db, {
    clock,
    sponsor: present(sponsors[0], 'The first sponsor'),
    independents,
  });
  return logins(vendors, direct);
}

/** The platform's first operator at work. */
async function operatorOf(
  db: Database,
  { orgId, personId }: { orgId: string; personId: string },
  clock: ReturnType<typeof manualClock>,
): Promise<OrgContext> {
  const [user] = await db.select({ id: users.id }).from(users).where(eq(users.personId, personId));
  return signInMember(db, {
    org: { id: orgId, kind: 'platform', verified: true },
    roles: ['operator'],
    person: { personId, userId: present(user, 'The operator').id, country: 'US' },
    clock,
  });
}

async function foundSponsor(
  db: Database,
  input: {
    legalName: string;
    country: string;
    owner: string;
    lead: string;
    clock: ReturnType<typeof manualClock>;
    passwordHash: string;
  },
): Promise<MarketSponsor> {
  const { clock, country, passwordHash } = input;
  const org = { ...(await makeOrganisation(db, { ...input, kind: 'sponsor' })), kind: 'sponsor' as const };
  const member = async (name: string, roles: Role[]) => {
    const person = await makePerson(db, { name, email: addressOf(name), country, passwordHash, clock });
    return makeMember(db, { org, roles, person, clock });
  };
  const owner = await member(input.owner, ['sponsor_owner', 'project_manager', 'clinical_lead']);
  await member(input.lead, ['clinical_lead']);
  await nameSignatory(db, owner);
  return { org: { ...org, verified: true }, owner };
}

const addressOf = (name: string) => `${name.toLowerCase().replaceAll(' ', '-')}@${MAIL}`;

function logins(vendors: readonly CrowdVendor[], direct: CrowdPerson): DemoLogin[] {
  const login = (role: string, email: string, what: string): DemoLogin => ({
    role,
    email,
    password: PASSWORD,
    what,
  });
  const [large] = vendors;
  const small = vendors.at(-1);
  const reader = large?.people[0];
  return [
    ...SPONSORS.map(({ owner, legalName }) =>
      login('sponsor', addressOf(owner), `${legalName}: calls, bids, pilots, decisions`),
    ),
    ...(large ? [login('vendor', large.owner.email, `${large.name}, ${large.people.length} people`)] : []),
    ...(small ? [login('vendor', small.owner.email, `${small.name}, ${small.people.length} people`)] : []),
    ...(reader ? [login('annotator', reader.email, `reads for ${large?.name ?? ''}`)] : []),
    login('independent', direct.email, 'reads on their own account, the exam comes first'),
    login('operator', OPERATOR.email, 'credentials of 2,000 people, organisations, money'),
  ];
}
