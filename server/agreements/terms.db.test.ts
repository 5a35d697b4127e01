import { PDFDocument } from '@cantoo/pdf-lib';
import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { agreements, agreementTexts, windDownDuties } from '#db/schema/agreements.ts';
import { notifications } from '#db/schema/notifications.ts';
import { engagements } from '#db/schema/staffing.ts';
import { makeAgreement } from '#db/seed/factories/agreements.ts';
import { makeMember, makeOrganisation } from '#db/seed/factories/identity.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import {
  makeSigningWorld,
  makeToSign,
  nameSignatory,
  reasonOf,
  type SigningWorld,
} from '#db/seed/factories/signing-world.ts';
import { createTestDatabase, type TestDatabase } from '#db/testing/database.ts';
import { type OrgContext, systemContext } from '#server/command/context.ts';
import { DAY, manualClock, plus } from '#server/core/clock.ts';
import { newId } from '#server/core/ids.ts';
import { createAgreement } from './create-agreement.ts';
import { certifyWindDown } from './end-duties.ts';
import { expireAgreements } from './expire-agreements.ts';
import { decideRemark, makeRemark, withdrawRemark } from './negotiate.ts';
import { openVerification } from './open-document.ts';
import { readAgreement, readAgreementCentre } from './reads.ts';
import { remindOfEnds } from './remind-of-ends.ts';
import { sendAgreement } from './send-agreement.ts';
import { signAgreement } from './sign-agreement.ts';
import { terminateAgreement } from './terminate-agreement.ts';
import { verifySafeguards } from './verify-safeguards.ts';

const START = '2026-11-21';
let t: TestDatabase;
let clock: ReturnType<typeof manualClock>;
let world: SigningWorld;

beforeAll(async () => {
  t = await createTestDatabase(inject('adminUrl'));
  clock = manualClock(`${START}T12:00:00Z`);
  world = await makeSigningWorld(t.db, clock);
});
afterAll(() => t.drop());

const rowOf = async (id: string) => (await t.db.select().from(agreements).where(eq(agreements.id, id)))[0]!;
const job = (now: string | Date = clock.now()) =>
  systemContext({ db: t.db, clock: manualClock(now), name: 'test', requestId: newId() });
const at = (ctx: OrgContext, now: string | Date): OrgContext => {
  const moved = manualClock(now);
  return { ...ctx, clock: moved, actor: { ...ctx.actor, reauthenticatedAt: moved.now() } };
};
const orgOf = ({ actor }: OrgContext) => ({ id: actor.orgId, kind: actor.orgKind!, verified: true });

async function freshVendor(): Promise<OrgContext> {
  const org = await makeOrganisation(t.db, { kind: 'vendor', clock });
  const ctx = await makeMember(t.db, { org, roles: ['vendor_owner'], clock });
  await nameSignatory(t.db, ctx);
  return ctx;
}

describe('negotiation by remarks on clauses', () => {
  const wording =
    'The duty begins with the first disclosure and lasts three years from the last one; for data about patients it does not end.';
  const propose = (ctx: OrgContext, agreementId: string, proposedText = wording) =>
    makeRemark(ctx, { agreementId, clauseKey: 'term', note: 'Three years are usual.', proposedText });

  test('a proposal reopens the text; nobody signs until it is answered and the new text is sent', async () => {
    const vendor = await freshVendor();
    const one = await makeToSign(world, 'nda', vendor);
    const { remarkId, status } = await propose(vendor, one.id);
    expect(status).toBe('draft');
    expect(await reasonOf(signAgreement(vendor, await one.inputOf(vendor)))).toBe(
      'conflict agreement_not_open',
    );
    expect(await reasonOf(sendAgreement(vendor, { agreementId: one.id }))).toBe('conflict text_unsettled');
    expect(await reasonOf(propose(world.operator, one.id, `${wording} Indeed.`))).toBe(
      'conflict clause_open',
    );
    const answer = { remarkId, decision: 'accepted' as const, note: 'Fine.' };
    expect(await reasonOf(decideRemark(vendor, answer))).toBe('forbidden remark_own');
    expect(await decideRemark(world.operator, answer)).toEqual({ textVersion: 2 });
    expect(await reasonOf(decideRemark(world.operator, answer))).toBe('conflict remark_decided');
    const { documentSha256 } = await sendAgreement(vendor, { agreementId: one.id });
    expect(documentSha256).not.toBe(one.documentSha256);
    // The bytes that were shown before the change cannot be signed any more.
    expect(await reasonOf(signAgreement(vendor, await one.inputOf(vendor)))).toBe(
      'conflict document_mismatch',
    );
    await signAgreement(vendor, await one.inputOf(vendor, { documentSha256 }));
    const last = await one.inputOf(world.operator, { documentSha256 });
    expect(await signAgreement(world.operator, last)).toMatchObject({ status: 'active' });
    const read = await readAgreement(t.db, { agreementId: one.id, actor: vendor.actor });
    expect(read.clauses.find((clause) => clause.key === 'term')?.text).toBe(wording);
    expect(read).toMatchObject({ textVersion: 2, remarks: [{ status: 'accepted', isOwn: true }] });
    const kept = await t.db.select().from(agreementTexts).where(eq(agreementTexts.agreementId, one.id));
    expect(kept.map((row) => row.version).sort()).toEqual([1, 2]);
  });

  test('refused or withdrawn, the text stays as it was', async () => {
    const vendor = await freshVendor();
    const one = await makeToSign(world, 'nda', vendor);
    const first = await propose(vendor, one.id);
    await decideRemark(world.operator, { remarkId: first.remarkId, decision: 'refused', note: 'No.' });
    const second = await propose(world.operator, one.id);
    expect(await reasonOf(withdrawRemark(vendor, second))).toBe('forbidden remark_foreign');
    await withdrawRemark(world.operator, second);
    expect(await rowOf(one.id)).toMatchObject({ status: 'draft', textVersion: 1, clauses: null });
    await sendAgreement(world.operator, { agreementId: one.id });
    expect(await rowOf(one.id)).toMatchObject({ status: 'sent' });
  });

  test('a comment leaves it ready to sign; a signed text, an unknown clause and outsiders are refused', async () => {
    const vendor = await freshVendor();
    const one = await makeToSign(world, 'nda', vendor);
    const comment = { agreementId: one.id, clauseKey: 'term', note: 'Why five?' };
    expect(await makeRemark(vendor, comment)).toMatchObject({ status: 'sent' });
    expect(await reasonOf(makeRemark(await freshVendor(), comment))).toBe('not_found agreement_not_found');
    expect(await reasonOf(makeRemark(vendor, { ...comment, clauseKey: 'none' }))).toBe(
      'not_found clause_unknown',
    );
    await signAgreement(vendor, await one.inputOf(vendor));
    expect(await reasonOf(propose(world.operator, one.id))).toBe('conflict agreement_not_negotiable');
  });

  test('no wording takes away what the law asks for, and special terms can be added', async () => {
    const vendor = await freshVendor();
    const one = await makeToSign(world, 'subcontractor_baa', vendor);
    const say = (clauseKey: string, proposedText: string) =>
      reasonOf(makeRemark(vendor, { agreementId: one.id, clauseKey, note: 'Change.', proposedText }));
    expect(await say('hhs_books', 'Deleted.')).toBe('invalid clause_required');
    const added = (await say(
      'special_terms',
      'Reading takes place on weekdays between 8 and 18 o’clock only.',
    )) as {
      remarkId: string;
    };
    await decideRemark(world.operator, { remarkId: added.remarkId, decision: 'accepted', note: '' });
    const read = await readAgreement(t.db, { agreementId: one.id, actor: vendor.actor });
    expect(read.clauses.at(-1)).toMatchObject({ key: 'special_terms', heading: 'Special terms' });
  });

  test('two answers at once: one counts', async () => {
    const vendor = await freshVendor();
    const one = await makeToSign(world, 'nda', vendor);
    const { remarkId } = await propose(vendor, one.id);
    const answers = await Promise.all(
      (['accepted', 'refused'] as const).map((decision) =>
        reasonOf(decideRemark(world.operator, { remarkId, decision, note: '' })),
      ),
    );
    expect(answers.filter((answer) => answer === 'conflict remark_decided')).toHaveLength(1);
  });
});

test('what nobody signs in 30 days can no longer be signed, and lapses', async () => {
  const vendor = await freshVendor();
  const one = await makeToSign(world, 'nda', vendor);
  const late = at(vendor, plus(clock.now(), 30 * DAY));
  expect(await reasonOf(signAgreement(late, await one.inputOf(vendor)))).toBe('conflict signing_lapsed');
  await expireAgreements(job(plus(clock.now(), 29 * DAY)));
  expect(await rowOf(one.id)).toMatchObject({ status: 'sent' });
  await expireAgreements(job(plus(clock.now(), 30 * DAY)));
  expect(await rowOf(one.id)).toMatchObject({ status: 'lapsed' });
  const again = await createAgreement(world.operator, { kind: 'nda', orgId: vendor.actor.orgId });
  expect(again.id).not.toBe(one.id);
});

test('both sides are told 90 and 30 days before the end and on the day, once each', async () => {
  const vendor = await freshVendor();
  await makeAgreement(t.db, { kind: 'nda', org: orgOf(vendor), effectiveUntil: '2027-03-01', clock });
  const told = () =>
    t.db.$count(
      notifications,
      and(eq(notifications.personId, vendor.actor.personId), eq(notifications.kind, 'agreement.expiring')),
    );
  const on = async (day: string) => {
    await remindOfEnds(job(`${day}T06:00:00Z`));
    await remindOfEnds(job(`${day}T12:00:00Z`));
    return told();
  };
  expect(await on('2026-11-30')).toBe(0);
  expect(await on('2026-12-01')).toBe(1);
  expect(await on('2027-01-29')).toBe(1);
  expect(await on('2027-01-30')).toBe(2);
  expect(await on('2027-03-01')).toBe(3);
});

describe('after the end: return or destruction', () => {
  const certificate = {
    method: 'purge' as const,
    systems: 'Local caches of the reading stations.',
    backupsExpireOn: '2026-12-31',
    infeasibleReason: null,
    continuesProtections: false,
  };

  test('everybody below who held data certifies; with the last one it is wound down and kept six years', async () => {
    const sponsorOrg = await makeOrganisation(t.db, { kind: 'sponsor', clock });
    const sponsor = await makeMember(t.db, { org: sponsorOrg, roles: ['sponsor_owner'], clock });
    await nameSignatory(t.db, sponsor);
    const vendor = await freshVendor();
    const project = await makeProject(t.db, { orgId: sponsorOrg.id, createdBy: sponsor.actor.personId });
    await t.db.insert(engagements).values({
      id: newId(),
      projectId: project.id,
      personId: vendor.actor.personId,
      viaOrgId: vendor.actor.orgId,
      role: 'annotator',
      createdAt: clock.now(),
    });
    const id = await makeAgreement(t.db, { kind: 'baa', org: orgOf(sponsor), clock });
    await terminateAgreement(sponsor, { agreementId: id, reason: 'The project is over.' });
    const duties = await t.db.select().from(windDownDuties).where(eq(windDownDuties.agreementId, id));
    expect(new Set(duties.map((duty) => duty.orgId))).toEqual(
      new Set([world.operator.actor.orgId, vendor.actor.orgId]),
    );
    expect(duties.every((duty) => duty.dueOn === '2026-12-21')).toBe(true);
    const dutyOf = (ctx: OrgContext) => duties.find((duty) => duty.orgId === ctx.actor.orgId)!.id;
    const centre = await readAgreementCentre(t.db, { orgId: vendor.actor.orgId, now: clock.now() });
    expect(centre.duties).toMatchObject([{ agreementId: id, kind: 'baa' }]);
    const mine = { dutyId: dutyOf(vendor), certificate };
    expect(await reasonOf(certifyWindDown(world.operator, mine))).toBe('not_found duty_not_found');
    const reader = await makeMember(t.db, { org: orgOf(vendor), roles: ['vendor_annotator'], clock });
    expect(await reasonOf(certifyWindDown(reader, mine))).toBe('forbidden signer_without_authority');
    expect(await certifyWindDown(vendor, mine)).toEqual({ status: 'terminated' });
    expect(await reasonOf(certifyWindDown(vendor, mine))).toBe('conflict duty_certified');
    expect(await certifyWindDown(world.operator, { ...mine, dutyId: dutyOf(world.operator) })).toEqual({
      status: 'wound_down',
    });
    expect(await rowOf(id)).toMatchObject({ status: 'wound_down', retainUntil: '2032-11-21' });
  });

  test('an agreement under which no data is held asks for none', async () => {
    const vendor = await freshVendor();
    const id = await makeAgreement(t.db, { kind: 'nda', org: orgOf(vendor), clock });
    await terminateAgreement(vendor, { agreementId: id, reason: 'Done.' });
    expect(await t.db.$count(windDownDuties, eq(windDownDuties.agreementId, id))).toBe(0);
  });
});

test('the business associate verifies its safeguards each year, and nobody else does', async () => {
  const vendor = await freshVendor();
  const id = await makeAgreement(t.db, { kind: 'subcontractor_baa', org: orgOf(vendor), clock });
  const due = async () =>
    (await readAgreement(t.db, { agreementId: id, actor: vendor.actor })).verificationDueOn;
  expect(await due()).toBe('2027-10-22');
  const input = {
    agreementId: id,
    expertName: 'Ada Expert',
    expertTitle: 'Security officer',
    analysis: 'Looked at the risk analysis, the access lists and the last restore test.',
    inPlace: ['encryption', 'training'] as const,
  };
  const said = { ...input, inPlace: [...input.inPlace] };
  expect(await reasonOf(verifySafeguards(world.operator, said))).toBe('precondition verification_unfit');
  expect(await verifySafeguards(vendor, said)).toMatchObject({ validUntil: '2027-11-21' });
  expect(await due()).toBe('2027-11-21');
  const read = await readAgreement(t.db, { agreementId: id, actor: vendor.actor });
  const [made] = read.verifications;
  expect(made).toMatchObject({ hasSealedCopy: true });
  const open = (by: OrgContext, copy: 'original' | 'sealed') =>
    openVerification(by, { verificationId: made!.id, copy });
  const original = await open(vendor, 'original');
  const sealed = await PDFDocument.load((await open(world.operator, 'sealed')).bytes);
  expect(sealed.getPageCount()).toBeGreaterThan(1);
  const [attached] = sealed.getAttachments();
  expect(Buffer.from(attached?.data ?? []).equals(Buffer.from(original.bytes))).toBe(true);
  const other = await freshVendor();
  expect(await reasonOf(open(other, 'sealed'))).toBe('not_found verification_not_found');
});

test('no agreement runs from an organisation to itself or to the platform: subcontracting cannot turn in a circle', async () => {
  const platform = world.operator.actor.orgId;
  expect(await reasonOf(createAgreement(world.operator, { kind: 'baa', orgId: platform }))).toBe(
    'invalid agreement_kind_unfit',
  );
  const vendor = await freshVendor();
  const id = await makeAgreement(t.db, { kind: 'nda', org: orgOf(vendor), clock });
  await expect(
    t.db.update(agreements).set({ partyAOrgId: vendor.actor.orgId }).where(eq(agreements.id, id)),
  ).rejects.toThrow();
});
