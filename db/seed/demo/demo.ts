import { openLocalDoor } from '#db/seed/local-door.ts';
import type { DemoLogin, ScenarioInput } from '#db/seed/scenarios.ts';
import { certify } from '#db/seed/steps/panel-steps.ts';
import {
  type Cast,
  foundIndependent,
  foundOrganisation,
  join,
  type Organisation,
} from '#db/seed/steps/people.ts';
import { appointLeads, signAgreement } from '#db/seed/steps/sponsor-steps.ts';
import { attestWorkforce, sayHours, staffVendor, trainInPrivacy } from '#db/seed/steps/vendor-steps.ts';
import { ensureGateRequirements } from '#server/agreements/ensure-gate-requirements.ts';
import { ensureTemplates } from '#server/agreements/ensure-templates.ts';
import { systemContext } from '#server/command/context.ts';
import { DAY } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { createPlatform } from '#server/identity/create-platform.ts';
import { ANAESTHETIST, seedAnaesthesia } from './anaesthesia.ts';
import { RADIOLOGIST, seedChest } from './chest.ts';
import { type DemoClock, dayOf, demoClock } from './staging.ts';

const PASSWORD = 'readroom demo login';
const OPERATOR = { name: 'Olu Operator', email: 'operator@readroom.example', password: PASSWORD };

const ANAESTHETISTS = ['Ann Abara', 'Ben Brandt', 'Cleo Costa', 'Dan Dietz', 'Eve Eriksen'];
const RADIOLOGISTS = ['Ruth Rivera', 'Sami Saito', 'Tara Thomas', 'Uma Usman'];
const OTHERS = ['Vic Varga', 'Wren Walsh', 'Xan Xu'];

/**
 * The demo: a platform, two sponsors' worth of work at one sponsor, two vendors, two independents; one pilot read and scored,
 * one project in production with protected data, one draft. Everything is done by commands, as these people.
 */
export async function seedDemo({ db, clock: wall, say }: ScenarioInput): Promise<DemoLogin[]> {
  const clock = demoClock(db, wall.now(), 9);
  const ctx = systemContext({ db, clock, name: 'seed.demo', requestId: newId() });
  await ensureTemplates(db, clock.now());
  await ensureGateRequirements(db);
  await createPlatform(ctx, {
    legalName: 'Readroom Demo Platform',
    country: 'US',
    domain: 'readroom.example',
    operator: { ...OPERATOR, country: 'US' },
  });
  const door = openLocalDoor({ db, clock });
  const cast: Cast = {
    door,
    operator: await door.signIn(OPERATOR),
    mailDomain: 'demo.example',
    password: PASSWORD,
  };
  await relaxSecondFactor(cast);
  await attestOperator(cast, dayOf(clock));
  say('Founding organisations and people');
  const { sponsor, vendor, rival } = await organisations(cast, clock);
  const leads = await appointLeads(cast, sponsor, { clinicalLead: 'Clara Clinical', mlLead: 'Milo Model' });
  await certify(cast, leads.clinicalLead, { ...RADIOLOGIST, identifier: 'LEAD-1' });
  await sponsor.owner.api.identity.inviteMember.mutate({
    email: 'fay-finance@demo.example',
    role: 'sponsor_finance',
  });
  await join(cast, { name: 'Fay Finance', email: 'fay-finance@demo.example' });
  const anaesthetists = await staffVendor(
    cast,
    vendor,
    ANAESTHETISTS.map((name, i) => ({
      name,
      credential: { ...ANAESTHETIST, identifier: `ABA-${1000 + i}` },
    })),
    1,
  );
  const radiologists = await staffVendor(
    cast,
    vendor,
    RADIOLOGISTS.map((name, i) => ({ name, credential: { ...RADIOLOGIST, identifier: `ABR-${2000 + i}` } })),
    1,
  );
  const others = await staffVendor(
    cast,
    rival,
    OTHERS.map((name, i) => ({ name, credential: { ...RADIOLOGIST, identifier: `ABR-${3000 + i}` } })),
    1,
  );
  for (const name of ['Ida Independent', 'Jon Journeyman']) {
    const independent = await foundIndependent(cast, { name });
    await certify(cast, independent.owner, {
      ...RADIOLOGIST,
      identifier: `ABR-${name.length}${name.charCodeAt(0)}`,
    });
  }
  await attestWorkforce(vendor, [...anaesthetists, ...radiologists], dayOf(clock));
  // The last anaesthetist and one of the rival's have not got to it, so that a readiness board shows both.
  await trainInPrivacy([...anaesthetists.slice(0, -1), ...radiologists, ...others.slice(1)]);
  await sayHours(radiologists, { timezone: 'America/New_York', hoursPerWeek: 12, step: 4 });
  // The last anaesthetist has said nothing yet, so that the roster planner has somebody to leave out.
  await sayHours(anaesthetists.slice(0, -1), { timezone: 'America/Chicago', hoursPerWeek: 10, step: 2 });
  say('Reading the anaesthesia pilot of Dawid & Skene (1979)');
  await seedAnaesthesia(cast, clock, { sponsor, leads, vendor, anaesthetists });
  clock.advance(DAY);
  say('Reading the chest radiograph project');
  await seedChest(cast, clock, {
    sponsor,
    leads,
    vendor,
    rival,
    radiologists,
    others,
    operatorPassword: PASSWORD,
  });
  await clock.runJobs();
  return logins(sponsor, vendor);
}

/** The demo's protected data is invented and its logins are public: anybody may read as Ruth without an app. */
async function relaxSecondFactor({ operator }: Cast): Promise<void> {
  const rules = await operator.agreements.gateRules.query();
  for (const rule of rules.filter((one) => one.requirement === 'second_factor' && one.isInForce)) {
    const reason = 'A demo: the data is invented and the logins are public.';
    await operator.agreements.endGateRule.mutate({ requirementId: rule.id, reason });
  }
}

/** R19: who decides appeals sees their cases, and is the platform's trained workforce for it. */
async function attestOperator({ operator }: Cast, trainedOn: string): Promise<void> {
  const { personId } = await operator.identity.me.query();
  const { id } = await operator.agreements.attestOwnStaff.mutate({
    personId,
    relation: 'employed',
    privacyTrainingOn: trainedOn,
  });
  await operator.agreements.confirmAttestation.mutate({ attestationId: id });
}

async function organisations(
  cast: Cast,
  clock: DemoClock,
): Promise<{ sponsor: Organisation; vendor: Organisation; rival: Organisation }> {
  const effectiveFrom = dayOf(clock);
  const sponsor = await foundOrganisation(cast, {
    kind: 'sponsor',
    legalName: 'Northgate Imaging AI',
    ownerName: 'Sana Sponsor',
    registerNumber: 'DE-5550101',
    domain: 'northgate.example',
  });
  const vendor = await foundOrganisation(cast, {
    kind: 'vendor',
    legalName: 'Meridian Readers',
    ownerName: 'Vera Vendor',
    registerNumber: 'NY-7780202',
    domain: 'meridian.example',
  });
  const rival = await foundOrganisation(cast, {
    kind: 'vendor',
    legalName: 'Blue Harbour Labs',
    ownerName: 'Hugo Harbour',
    registerNumber: 'CA-9910303',
    domain: 'blueharbour.example',
  });
  for (const [party, kinds] of [
    [sponsor, ['services', 'baa']],
    [vendor, ['services', 'subcontractor_baa']],
    [rival, ['services']],
  ] as const) {
    for (const kind of kinds)
      await signAgreement(cast, party, { kind, effectiveFrom, operatorPassword: PASSWORD });
  }
  return { sponsor, vendor, rival };
}

function logins(sponsor: Organisation, vendor: Organisation): DemoLogin[] {
  const at = (name: string) => `${name.toLowerCase().replace(' ', '-')}@demo.example`;
  const login = (role: string, email: string, what: string): DemoLogin => ({
    role,
    email,
    password: PASSWORD,
    what,
  });
  return [
    login('sponsor', sponsor.owner.email, 'posts projects, compares bids, signs verdicts'),
    login('clinical_lead', at('Clara Clinical'), 'signs protocols and gold, adjudicates'),
    login('ml_lead', at('Milo Model'), 'signs protocols'),
    login('finance', at('Fay Finance'), 'funds projects, sees the money'),
    login('vendor', vendor.owner.email, 'bids, runs the team, sees statements'),
    login('annotator', at('Ruth Rivera'), 'reads cases for Meridian Readers'),
    login('independent', at('Ida Independent'), 'an independent radiologist'),
    login('operator', OPERATOR.email, 'verifies organisations and credentials, pays out'),
  ];
}
