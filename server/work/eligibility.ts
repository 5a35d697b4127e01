import type { Queryable } from '#db/client.ts';
import { decideAccess } from '#server/agreements/decide-access.ts';
import { allow, type Decision, every, refuse } from '#server/command/decision.ts';
import { plus, SECOND } from '#server/core/clock.ts';
import { percentOf } from '#server/core/money.ts';
import { findExam } from '#server/credentials/general-exam-reads.ts';
import { listQualifications, snapshotCredentials } from '#server/credentials/reads.ts';
import { evaluateCredentialRule } from '#server/credentials/rules.ts';
import type { CredentialRule, CredentialSnapshot } from '#server/credentials/schemas.ts';
import { getProject } from '#server/projects/reads.ts';
import type { Project } from '#server/projects/schemas.ts';
import { type Engagement, findAcceptedPrice, findEngagements } from '#server/staffing/reads.ts';
import { decideAllowed } from './allow-readers.ts';
import { findBatchApart } from './apart-queries.ts';
import { decideAuditor } from './audit-eligibility.ts';
import { priceOfPool } from './claim-rules.ts';
import { fits, reviewersMustMeet, rolesFor } from './eligibility-rules.ts';
import { decideExam } from './exam-eligibility.ts';
import { activeMinutesToday, findPayeeOfReader } from './join-queries.ts';
import { ownAccountGap } from './own-account-exam.ts';
import { ownStaffTermsOf } from './own-staff-terms.ts';
import { poolList, poolsFor } from './pool-rules.ts';
import { decidePriorReading } from './prior-reading.ts';
import type { Batch } from './reads.ts';
import { RECHECK_SECONDS, type Tier } from './rules.ts';

/** Someone who asks to work in a batch, through the organisation they act for. */
export type Candidate = {
  personId: string;
  orgId: string;
  orgVerified: boolean;
  /** Acts for the organisation of one person, themselves (R17). */
  isIndependent: boolean;
  country: string | null;
};

/** What a reader's terms record (design rule 10), as it stands now. */
export type CurrentTerms = {
  protocolVersionId: string;
  priceMinor: bigint;
  feeMinor: bigint;
  currency: string;
  payeeOrgId: string;
  engagementId: string;
  credentialSnapshot: CredentialSnapshot;
  trainingRecord: { kind: string; protocolVersionId: string | null; passedAt: string }[];
  gateBasis: string;
  country: string | null;
};

export type Eligibility =
  | {
      decision: Extract<Decision, { allowed: true }>;
      terms: CurrentTerms;
      /** False while it is not known yet whether the person reads a case of this batch in another at the same time. */
      isLookedThrough: boolean;
      /** Pools of the batch whose reads the person may take (label tier); {0, 0} elsewhere. */
      pools: { from: number; to: number };
    }
  | { decision: Extract<Decision, { allowed: false }> };

/**
 * May this person work in this batch now, and under which terms? Looks at every requirement and lists all that fail:
 * organisation (R0), engagement and the payee it has fixed here (R32), independence (R23), an auditor's own (R25), cases read elsewhere at the same time, credentials valid to the end of a lease (R27), training, the gate
 * to the data (R18). Whether the batch is open is the claim's own question. `keepsLook`: a reader's own look before a claim, which
 * goes on with what takes several (`decidePriorReading`).
 */
export async function decideEligibility(
  q: Queryable,
  batch: Batch,
  who: Candidate & { tier: Tier; now: Date; keepsLook?: boolean },
): Promise<Eligibility> {
  const project = await getProject(q, batch.projectId);
  const engagement = await findOwnEngagement(q, batch, project, who);
  const snapshot = (await snapshotCredentials(q, [who.personId], who.now)).get(who.personId) ?? {
    takenAt: who.now.toISOString(),
    credentials: [],
  };
  const training = await trainingOf(q, batch, who);
  const exam = await decideExam(q, batch, who);
  const gate = await decideAccess(q, {
    personId: who.personId,
    viaOrgId: who.orgId,
    datasetId: batch.datasetId,
    purpose:
      batch.kind === 'self_label' || who.tier === 'adjudicate'
        ? 'panel'
        : who.tier === 'label'
          ? 'read'
          : 'review',
    now: who.now,
    country: who.country,
  });
  const pools = poolList.parse(batch.pools);
  const mine = who.tier === 'label' ? poolsFor({ ...batch, pools }, who) : NO_POOLS;
  const pool = mine === null ? null : priceOfPool(batch, pools, mine.from).pricePerReadMinor;
  const offered = who.tier === 'label' ? pool : null;
  const ownStaff = await ownStaffTermsOf(q, project, who.orgId);
  const prior = await decidePriorReading(q, batch, { ...who, keeps: who.keepsLook ?? false });
  const decision = every([
    decideOrganisation(who),
    ownStaff.decision,
    decideReserved(batch, who),
    engagement.decision,
    decideAllowed(batch, project, engagement.engagement, engagement.isReader),
    await decideIndependence(q, batch, who),
    await decideAuditor(q, batch, who),
    prior.decision,
    decideCredentials(await ruleOf(q, project, batch), batch, snapshot, who.now),
    decidePairing(batch, snapshot, who),
    training.decision,
    exam,
    await decideOffered(q, batch, engagement.engagement, offered),
    await decideHours(q, batch, who),
    decidePools(mine, batch),
    gate,
  ]);
  if (!decision.allowed || mine === null)
    return { decision: decision as Extract<Decision, { allowed: false }> };
  const own = priceOfPool(batch, pools, mine.from);
  const full = who.tier === 'label' ? own.pricePerReadMinor : batch.pricePerReviewMinor;
  // The in-house unit is paid what was agreed, never more than the batch has reserved (R29).
  const most = ownStaff.mostMinor ?? full;
  // biome-ignore lint/complexity/useMathMinMax: it takes no bigint.
  const priceMinor = most < full ? most : full;
  return {
    decision,
    pools: mine,
    isLookedThrough: prior.isThrough,
    terms: {
      protocolVersionId: batch.protocolVersionId,
      priceMinor,
      feeMinor: ownStaff.isOwn
        ? 0n
        : percentOf(priceMinor, who.tier === 'label' ? own.feeBasisPoints : batch.feeBasisPoints),
      currency: batch.currency,
      payeeOrgId: who.orgId,
      engagementId: engagement.engagement?.id ?? '',
      credentialSnapshot: snapshot,
      trainingRecord: training.record,
      gateBasis: gate.allowed ? gate.basis : '',
      country: who.country,
    },
  };
}

function decideOrganisation(who: Candidate): Decision {
  if (who.orgVerified) return allow('');
  return refuse({
    code: 'organisation.unverified',
    message: 'Your organisation is not verified yet. An operator checks it before anyone reads for it (R0).',
  });
}

/** A calibration is one person's (R26); its cases are gold that others have still to meet. */
function decideReserved(batch: Batch, who: Candidate): Decision {
  if (batch.reservedFor === null || batch.reservedFor === who.personId) return allow('');
  return refuse({ code: 'batch.reserved', message: 'This work is meant for one other person.' });
}

async function findOwnEngagement(
  q: Queryable,
  batch: Batch,
  project: Project,
  who: Candidate & { tier: Tier },
): Promise<{ engagement: Engagement | null; isReader: boolean; decision: Decision }> {
  const payee = await findPayeeOfReader(q, { batchId: batch.id, annotatorId: who.personId, tier: who.tier });
  const isReader = payee !== null;
  if (payee !== null && payee.orgId !== who.orgId) {
    return {
      engagement: null,
      isReader,
      decision: refuse({
        code: 'engagement.other_payee',
        message: `You joined this batch through ${payee.legalName}, which is paid for what you read in it (R32). Switch to it to go on here; for another organisation, take work in another batch.`,
      }),
    };
  }
  const all = await findEngagements(q, { projectId: batch.projectId, personId: who.personId });
  const roles = rolesFor(batch, who.tier);
  const own = all.filter((one) => one.viaOrgId === who.orgId);
  const engagement =
    own.find((one) => roles.includes(one.role) && fits(batch, project.orgId, one, who.tier)) ?? null;
  if (engagement !== null) return { engagement, isReader, decision: allow('engaged') };
  const elsewhere = all.some((one) => roles.includes(one.role) && one.viaOrgId !== who.orgId);
  return {
    engagement: null,
    isReader,
    decision: refuse({
      code: elsewhere ? 'engagement.elsewhere' : 'engagement.missing',
      message: elsewhere
        ? 'You are engaged here through another organisation. Switch to it first.'
        : `You are not engaged in this project as ${roles.join(' or ') || who.tier}. The organisation that staffs it can name you for a seat.`,
    }),
  };
}

async function decideIndependence(q: Queryable, batch: Batch, who: Candidate): Promise<Decision> {
  const other = await findBatchApart(q, { batch, personId: who.personId });
  if (other === null) return allow('');
  return refuse({
    code: 'independence.taken',
    message: 'You read in another batch whose readers must be other people than here (R23).',
  });
}

/** Where technical staff is paired with experts, experts alone review, now and until a lease ends (ADR 026). */
function decidePairing(
  batch: Batch,
  snapshot: CredentialSnapshot,
  who: Candidate & { tier: Tier; now: Date },
): Decision {
  const asked = reviewersMustMeet(batch, who.tier);
  if (asked.length === 0) return allow('');
  const decision = every(asked.map((rule) => decideCredentials(rule, batch, snapshot, who.now)));
  if (decision.allowed) return allow('');
  return refuse(
    ...decision.reasons.map((one) => ({
      ...one,
      message: `Reviews here are an expert’s, who is paired with technical staff. ${one.message}`,
    })),
  );
}

/** Every credential rule that must hold of who works at a tier of a batch, to the end of each lease (R27). */
export async function credentialRulesOf(q: Queryable, batch: Batch, tier: Tier): Promise<CredentialRule[]> {
  const rule = await ruleOf(q, await getProject(q, batch.projectId), batch);
  return [rule, ...reviewersMustMeet(batch, tier)];
}

/** A general exam has a rule of its own: it may be what the project's rule asks for. */
async function ruleOf(q: Queryable, project: Project, batch: Batch): Promise<CredentialRule> {
  if (batch.generalExamId === null) return project.credentialRule;
  return (await findExam(q, batch.generalExamId))?.entryRule ?? { anyOf: [] };
}

/** The rule must hold now and when a lease of a claim that rests on this look ends. */
function decideCredentials(
  rule: CredentialRule,
  batch: Batch,
  snapshot: CredentialSnapshot,
  now: Date,
): Decision {
  const current = evaluateCredentialRule(rule, snapshot, now);
  if (!current.allowed) return current;
  const atEnd = evaluateCredentialRule(
    rule,
    snapshot,
    plus(now, (batch.leaseSeconds + RECHECK_SECONDS) * SECOND),
  );
  return atEnd.allowed ? current : atEnd;
}

async function trainingOf(
  q: Queryable,
  batch: Batch,
  who: Candidate & { tier: Tier; now: Date },
): Promise<{ record: CurrentTerms['trainingRecord']; decision: Decision }> {
  const held = (await listQualifications(q, who.personId)).filter(
    (one) =>
      (one.validUntil === null || one.validUntil > who.now) &&
      (one.protocolVersionId === null || one.protocolVersionId === batch.protocolVersionId),
  );
  const record = held.map((one) => ({
    kind: one.kind,
    protocolVersionId: one.protocolVersionId,
    passedAt: one.passedAt.toISOString(),
  }));
  const has = (...kinds: string[]) =>
    held.some((one) => kinds.includes(one.kind) && one.protocolVersionId !== null);
  const href = '/work/qualifications';
  const ownAccount = has('exam') || batch.needsExam ? null : await ownAccountGap(q, batch, who);
  // Who has passed the exam has shown what the training teaches.
  const missing = [
    ...(batch.needsTraining && !has('protocol_training', 'exam')
      ? [
          {
            code: 'training.missing',
            message:
              'You have not completed the training for this version of the protocol. It takes some minutes.',
            href,
          },
        ]
      : []),
    ...(batch.needsExam && !has('exam')
      ? [
          {
            code: 'exam.missing',
            message: 'You have not passed the exam on this version of the protocol. It is paid (R34).',
            href,
          },
        ]
      : []),
    ...(ownAccount === null ? [] : [ownAccount]),
  ];
  return { record, decision: missing.length > 0 ? refuse(...missing) : allow('') };
}

/** Work on one's own account pays no less than the offer that was accepted (R17); exams and trainings have their own price. */
async function decideOffered(
  q: Queryable,
  batch: Batch,
  engagement: Engagement | null,
  priceMinor: bigint | null,
): Promise<Decision> {
  if (engagement === null || priceMinor === null || engagement.contractId !== null) return allow('');
  if (batch.kind === 'exam' || batch.kind === 'training' || batch.kind === 'self_label') return allow('');
  const offer = await findAcceptedPrice(q, engagement.id);
  if (offer === null || (offer.currency === batch.currency && priceMinor >= offer.pricePerReadMinor))
    return allow('');
  return refuse({
    code: 'offer.price',
    message:
      'This batch pays less per read than the offer that you accepted. The sponsor can raise it, or offer you its price.',
    href: '/work/calls',
  });
}

const NO_POOLS = { from: 0, to: 0 };

/** Fatigue costs accuracy: beyond the batch's limit a person reads on tomorrow, whatever they read today. */
async function decideHours(q: Queryable, batch: Batch, who: Candidate & { now: Date }): Promise<Decision> {
  const most = batch.maxActiveMinutesPerDay;
  if (most === null) return allow('');
  const spent = Math.floor(await activeMinutesToday(q, { personId: who.personId, now: who.now }));
  if (spent < most) return allow('');
  return refuse({
    code: 'hours.spent',
    message: `You have read for ${spent} active minutes today; this batch asks for rest after ${most}. It goes on for you at midnight UTC.`,
  });
}

function decidePools(mine: { from: number; to: number } | null, batch: Batch): Decision {
  if (mine !== null) return allow('');
  const pools = poolList.parse(batch.pools) ?? [];
  if (pools.length > 0 && pools.every((one) => one.isDirect))
    return refuse({
      code: 'batch.no_share',
      message: 'This batch is for readers on their own account, who have accepted an offer of its sponsor.',
    });
  return refuse({
    code: 'batch.no_share',
    message:
      batch.onshoreCountry === null
        ? 'This batch is shared by other organisations.'
        : `What your organisation could read here is kept for readers in ${batch.onshoreCountry}.`,
  });
}
