import { makeAgreement } from '#db/seed/factories/agreements.ts';
import { makeCredential } from '#db/seed/factories/credentials.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { appointDelegate } from '#server/credentials/appoint-delegate.ts';
import { defineExam } from '#server/credentials/define-exam.ts';
import type { AuthorisationRow } from './authorisation-matrix.ts';
import type { World } from './authorisation-world.ts';

const claimOfColleague = (w: World) =>
  w.once('credential of a colleague', async () => {
    const { actor } = await makeMember(w.db, {
      org: await w.org('a', 'vendor'),
      roles: ['vendor_annotator'],
    });
    return makeCredential(w.db, { personId: actor.personId, status: 'claimed', level: 'self_claimed' });
  });

const holderOfFinding = (w: World) =>
  w.once('credential with a finding', async () => {
    const holder = await makeMember(w.db, {
      org: await w.org('a', 'vendor'),
      roles: ['vendor_annotator'],
    });
    const id = await makeCredential(w.db, {
      personId: holder.actor.personId,
      status: 'discrepancy',
      level: 'self_claimed',
      checked: true,
    });
    return { holder, id };
  });
const answerableOfColleague = async (w: World) => (await holderOfFinding(w)).id;

const EXAM = {
  subjectKind: 'anatomy',
  subject: 'Chest',
  passLevelBasisPoints: 8000,
  retryAfterDays: 7,
  maxAttempts: 2,
  validMonths: 12,
  entryRule: { anyOf: [] },
  pricePerReadMinor: 100n,
  currency: 'USD',
} as const;

/** An exam that sponsor a has set. */
export const examOf = (w: World) =>
  w.once('general exam', async () =>
    defineExam(await w.holder('a', 'sponsor', 'batch.manage'), {
      ...EXAM,
      title: 'Of the sponsor',
      entryRule: { anyOf: [] },
    }),
  );

/** A delegation of vendor a, and the credential of one of its people. */
const delegationOf = (w: World) =>
  w.once('delegation', async () => {
    const org = await w.org('a', 'vendor');
    const operator = await w.holder('a', 'platform', 'operator.verify');
    await makeAgreement(w.db, { kind: 'delegation', org });
    return appointDelegate(operator, audited(org.id));
  });
const audited = (orgId: string) => ({
  orgId,
  auditedOn: new Date().toISOString().slice(0, 10),
  filesAudited: 8,
  filesPassed: 8,
  findings: 'Eight files of the last quarter, all in order.',
  sampleShareBasisPoints: 1000,
});

export const credentialsRows: AuthorisationRow[] = [
  { path: 'credentials.delegation', can: 'team.manage', otherOrg: 'own-data-only' },
  {
    path: 'credentials.verifyAsDelegate',
    can: 'team.manage',
    input: async (w) => {
      await delegationOf(w);
      return {
        credentialId: await claimOfColleague(w),
        seenStatus: 'claimed',
        primarySource: 'State board',
        communicationMethod: 'portal',
        sourceAsOf: new Date().toISOString().slice(0, 10),
        fileReference: 'F-1',
      };
    },
    otherOrg: 'not_found',
  },
  { path: 'credentials.delegations', can: 'operator.verify', otherOrg: 'forbidden' },
  {
    path: 'credentials.appointDelegate',
    can: 'operator.verify',
    input: async (w) => audited((await w.org('b', 'vendor')).id),
    otherOrg: 'forbidden',
  },
  {
    path: 'credentials.changeDelegation',
    can: 'operator.verify',
    input: async (w) => ({ ...(await delegationOf(w)), change: 'suspend', reason: 'Two files are missing.' }),
    otherOrg: 'forbidden',
  },
  {
    path: 'credentials.drawSample',
    can: 'operator.verify',
    input: (w) => delegationOf(w),
    otherOrg: 'forbidden',
  },
  { path: 'credentials.namedExams', can: 'self', otherOrg: 'own-data-only' },
  {
    path: 'credentials.defineExam',
    can: 'batch.manage',
    input: () => ({ ...EXAM, title: 'Set once' }),
    otherOrg: 'own-data-only',
  },
  {
    path: 'credentials.closeExam',
    can: 'batch.manage',
    input: async (w) => ({ examId: (await examOf(w)).examId, reason: 'Its cases are known.' }),
    otherOrg: 'not_found',
  },
  { path: 'credentials.wallet', can: 'credential.own', otherOrg: 'own-data-only' },
  {
    path: 'credentials.claim',
    can: 'credential.own',
    input: () => ({ kind: 'degree', title: 'Doctor of Medicine', issuer: 'University of Examples' }),
    otherOrg: 'own-data-only',
  },
  {
    path: 'credentials.answer',
    can: 'credential.own',
    input: async (w) => ({
      credentialId: await answerableOfColleague(w),
      statement: 'The finding is of a person of the same name.',
    }),
    as: 'vendor',
    by: async (w) => (await holderOfFinding(w)).holder,
    otherOrg: 'not_found',
  },
  {
    path: 'credentials.specialties',
    can: 'self',
    input: () => ({ text: 'radiology' }),
    otherOrg: 'everybodys',
  },
  {
    path: 'credentials.completeTraining',
    can: 'credential.own',
    input: () => ({ kind: 'privacy_training', understood: true }),
    otherOrg: 'own-data-only',
  },
  { path: 'credentials.team', can: 'team.manage', input: () => ({}), otherOrg: 'own-data-only' },
  {
    path: 'credentials.claimsOf',
    can: 'bid.write',
    input: () => ({ personIds: [] }),
    otherOrg: 'own-data-only',
  },
  {
    path: 'credentials.attest',
    can: 'team.manage',
    input: async (w) => ({ credentialId: await claimOfColleague(w) }),
    otherOrg: 'not_found',
  },
  { path: 'credentials.desk', can: 'operator.verify', otherOrg: 'forbidden', input: () => ({}) },
  {
    path: 'credentials.recordVerification',
    can: 'operator.verify',
    input: async (w) => ({
      credentialId: await claimOfColleague(w),
      seenStatus: 'claimed',
      outcome: 'verified',
      primarySource: 'Board of Examples',
      communicationMethod: 'portal',
    }),
    otherOrg: 'forbidden',
  },
];
