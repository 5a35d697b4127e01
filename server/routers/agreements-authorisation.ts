import { makeAttestation, makeGateReady, makeWindDownDuty } from '#db/seed/factories/agreements.ts';
import { makeDataset } from '#db/seed/factories/datasets.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { makeLease } from '#db/seed/factories/leases.ts';
import { makeProject } from '#db/seed/factories/projects.ts';
import { nameSignatory } from '#db/seed/factories/signing-world.ts';
import { readGateRules } from '#server/agreements/change-gate-rules.ts';
import { CONSENT } from '#server/agreements/consent.ts';
import { createAgreement } from '#server/agreements/create-agreement.ts';
import { makeRemark, withdrawRemark } from '#server/agreements/negotiate.ts';
import type { AgreementKind } from '#server/agreements/schemas.ts';
import { namesOfPeople } from '#server/identity/reads.ts';
import type { AuthorisationRow } from './authorisation-matrix.ts';
import type { World } from './authorisation-world.ts';

const today = () => new Date().toISOString().slice(0, 10);

/** The platform's operator, who may sign for it, and an agreement that waits for its signature. */
const waiting = (w: World, name: string, kind: AgreementKind) =>
  w.once(`agreement ${name}`, async () => {
    const operator = await w.holder('a', 'platform', 'operator.agreements');
    await w.org('a', 'platform');
    await makeGateReady(w.db);
    const made = await createAgreement(operator, { kind, orgId: (await w.org('a', 'sponsor')).id });
    return { operator, agreementId: made.id, documentSha256: made.documentSha256 };
  });

/** A wording that side a's sponsor has proposed, for the platform to answer. */
const proposed = (w: World) => proposal(w, 'proposed', 'no_reidentification');

const proposal = (w: World, name: string, kind: AgreementKind) =>
  w.once(`proposal ${name}`, async () => {
    const { agreementId } = await waiting(w, name, kind);
    const sponsor = await w.member('a', 'sponsor', ['sponsor_owner']);
    const { remarkId } = await makeRemark(sponsor, {
      agreementId,
      clauseKey: 'report',
      note: 'Shorter.',
      proposedText: 'Whoever sees what should not be there reports it in the product within one working day.',
    });
    return { remarkId };
  });

/** An agreement with side a's vendor whose text was reopened and is settled again. */
const drafted = (w: World) =>
  w.once('agreement reopened', async () => {
    const operator = await w.holder('a', 'platform', 'operator.agreements');
    await makeGateReady(w.db);
    const vendor = await w.member('a', 'vendor', ['vendor_owner']);
    const { id } = await createAgreement(operator, { kind: 'nda', orgId: vendor.actor.orgId });
    const clauseKey = 'return';
    const proposedText =
      'On request the recipient destroys confidential information within ten working days.';
    const { remarkId } = await makeRemark(vendor, { agreementId: id, clauseKey, note: '', proposedText });
    await withdrawRemark(vendor, { remarkId });
    return { agreementId: id };
  });

const CERTIFICATE = {
  method: 'nothing_held' as const,
  systems: 'All cases were shown in the product alone.',
  backupsExpireOn: null,
  infeasibleReason: null,
  continuesProtections: false,
};

const colleague = async (w: World, kind: 'sponsor' | 'vendor', role: 'panel_reader' | 'vendor_annotator') => {
  const org = await w.org('a', kind);
  const { actor } = await makeMember(w.db, { org, roles: [role] });
  return { orgId: org.id, personId: actor.personId };
};

const attested = async (w: World, kind: 'sponsor' | 'vendor') => {
  const at = await colleague(w, kind, kind === 'sponsor' ? 'panel_reader' : 'vendor_annotator');
  return { attestationId: await makeAttestation(w.db, at) };
};

/** Public data of side a's sponsor, and a lease of its owner on it. */
const ownData = (w: World) =>
  w.once('data behind the gate', async () => {
    await w.org('a', 'platform');
    await makeGateReady(w.db);
    const { actor } = await w.member('a', 'sponsor', ['sponsor_owner']);
    const at = { orgId: actor.orgId, createdBy: actor.personId };
    const { id: projectId } = await makeProject(w.db, at);
    const { id: datasetId, cases } = await makeDataset(w.db, { ...at, projectId, cases: 1 });
    const [one] = cases;
    if (one === undefined) throw new Error('The data set has no case.');
    const lease = await makeLease(w.db, {
      projectId,
      datasetId,
      dataClass: 'public',
      caseId: one.id,
      personId: actor.personId,
      viaOrgId: actor.orgId,
      createdBy: actor.personId,
    });
    return { assetId: one.assetId, lease, case: { datasetId, caseId: one.id } };
  });

const ownAsset = async (w: World) => {
  process.env.NEXTAUTH_SECRET ??= 'a secret for links in tests';
  return { assetId: (await ownData(w)).assetId };
};

const ownLease = async (w: World) => {
  const { lease } = await ownData(w);
  return { batchId: lease.batchId, leaseId: lease.leaseId };
};

export const agreementsRows: AuthorisationRow[] = [
  { path: 'agreements.centre', can: 'agreement.read', otherOrg: 'own-data-only' },
  {
    path: 'agreements.get',
    can: 'agreement.read',
    input: async (w) => ({ agreementId: (await waiting(w, 'read', 'baa')).agreementId }),
    otherOrg: 'not_found',
  },
  {
    path: 'agreements.request',
    can: 'agreement.sign',
    input: async (w) => {
      await w.org('a', 'platform');
      await makeGateReady(w.db);
      return { kind: 'services' };
    },
    otherOrg: 'own-data-only',
  },
  {
    path: 'agreements.sign',
    can: 'agreement.sign',
    as: 'platform',
    input: async (w) => {
      const { operator, agreementId, documentSha256 } = await waiting(w, 'read', 'baa');
      const { personId } = operator.actor;
      const names = await namesOfPeople(w.db, [personId]);
      return {
        agreementId,
        documentSha256,
        typedName: names.get(personId)?.name,
        title: 'Operator',
        authority: true,
        consentVersion: CONSENT.version,
      };
    },
    otherOrg: 'not_found',
  },
  {
    path: 'agreements.decline',
    can: 'agreement.sign',
    as: 'platform',
    input: async (w) => ({
      agreementId: (await waiting(w, 'declined', 'nda')).agreementId,
      reason: 'The term is too long.',
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'agreements.terminate',
    can: 'agreement.sign',
    as: 'platform',
    input: async (w) => ({
      agreementId: (await waiting(w, 'ended', 'dua')).agreementId,
      reason: 'The project is over.',
    }),
    otherOrg: 'not_found',
  },
  ...(['suspend', 'resume'] as const).map(
    (verb): AuthorisationRow => ({
      path: `agreements.${verb}`,
      can: 'agreement.sign',
      as: 'platform',
      input: async (w) => ({
        agreementId: (await waiting(w, 'ended', 'dua')).agreementId,
        reason: 'An incident is looked into.',
      }),
      otherOrg: 'not_found',
    }),
  ),
  {
    path: 'agreements.remark',
    can: 'agreement.sign',
    as: 'platform',
    input: async (w) => ({
      agreementId: (await waiting(w, 'talked', 'scc')).agreementId,
      clauseKey: 'liability',
      note: 'Is there no limit between the parties?',
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'agreements.decideRemark',
    can: 'agreement.sign',
    as: 'platform',
    input: async (w) => ({ ...(await proposed(w)), decision: 'refused' }),
    otherOrg: 'not_found',
  },
  {
    path: 'agreements.withdrawRemark',
    can: 'agreement.sign',
    as: 'sponsor',
    by: (w) => w.member('a', 'sponsor', ['sponsor_owner']),
    input: (w) => proposal(w, 'withdrawn', 'confidentiality'),
    otherOrg: 'not_found',
  },
  {
    path: 'agreements.send',
    can: 'agreement.sign',
    as: 'platform',
    input: async (w) => ({ agreementId: (await drafted(w)).agreementId }),
    otherOrg: 'not_found',
  },
  {
    path: 'agreements.certifyWindDown',
    can: 'agreement.sign',
    as: 'vendor',
    input: async (w) => {
      await nameSignatory(w.db, await w.member('a', 'vendor', ['vendor_owner']));
      const dutyId = await makeWindDownDuty(w.db, { org: await w.org('a', 'vendor') });
      return { dutyId, certificate: CERTIFICATE };
    },
    otherOrg: 'not_found',
  },
  {
    path: 'agreements.verifySafeguards',
    can: 'agreement.sign',
    as: 'platform',
    input: async (w) => ({
      agreementId: (await waiting(w, 'read', 'baa')).agreementId,
      expertName: 'Ada Expert',
      expertTitle: 'Security officer',
      analysis: 'Looked at the risk analysis, the access lists and the last restore test.',
      inPlace: ['encryption'],
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'agreements.assessTransfer',
    can: 'agreement.sign',
    as: 'sponsor',
    input: () => ({
      country: 'IN',
      outcome: 'permitted',
      findings: { law: 'Looked at.', measures: 'Pseudonymised.', conclusion: 'No obstacle.' },
      validUntil: new Date(Date.now() + 86_400_000 * 90).toISOString().slice(0, 10),
    }),
    otherOrg: 'own-data-only',
  },
  { path: 'agreements.attestationText', can: 'self', otherOrg: 'own-data-only' },
  {
    path: 'agreements.operatorList',
    can: 'operator.agreements',
    input: () => ({ text: '' }),
    otherOrg: 'forbidden',
  },
  {
    path: 'agreements.operatorCreate',
    can: 'operator.agreements',
    input: async (w) => ({ kind: 'dpa', orgId: (await w.org('a', 'sponsor')).id }),
    otherOrg: 'forbidden',
  },

  { path: 'agreements.gateRules', can: 'operator.agreements', otherOrg: 'forbidden' },
  {
    path: 'agreements.endGateRule',
    can: 'operator.agreements',
    input: async (w) => {
      await makeGateReady(w.db);
      const [row] = await readGateRules(await w.holder('a', 'platform', 'operator.agreements'));
      return { requirementId: row?.id, reason: 'Replaced by a stricter one.' };
    },
    otherOrg: 'forbidden',
  },
  {
    path: 'agreements.startGateRule',
    can: 'operator.agreements',
    input: () => ({
      dataClass: 'eu_personal',
      requirement: 'second_factor',
      reason: 'Asked for by a sponsor.',
    }),
    otherOrg: 'forbidden',
  },

  { path: 'agreements.team', can: 'team.manage', otherOrg: 'own-data-only' },
  {
    path: 'agreements.attest',
    can: 'team.manage',
    input: async (w) => ({
      personId: (await colleague(w, 'vendor', 'vendor_annotator')).personId,
      relation: 'employed',
      privacyTrainingOn: today(),
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'agreements.revokeAttestation',
    can: 'team.manage',
    input: (w) => attested(w, 'vendor'),
    otherOrg: 'not_found',
  },
  { path: 'agreements.ownStaff', can: 'org.manage', otherOrg: 'own-data-only' },
  {
    path: 'agreements.attestOwnStaff',
    can: 'org.manage',
    input: async (w) => ({
      personId: (await colleague(w, 'sponsor', 'panel_reader')).personId,
      relation: 'direct_control',
      privacyTrainingOn: today(),
    }),
    otherOrg: 'not_found',
  },
  {
    path: 'agreements.revokeOwnStaff',
    can: 'org.manage',
    input: (w) => attested(w, 'sponsor'),
    otherOrg: 'not_found',
  },
  { path: 'agreements.ownAttestations', can: 'self', otherOrg: 'own-data-only' },
  {
    path: 'agreements.confirmAttestation',
    can: 'self',
    input: async (w) => {
      const { actor } = await w.member('a', 'sponsor', ['sponsor_owner']);
      const at = { orgId: actor.orgId, personId: actor.personId, confirmed: false };
      return { attestationId: await makeAttestation(w.db, at) };
    },
    otherOrg: 'not_found',
  },
  { path: 'agreements.openCase', can: 'self', input: ownLease, otherOrg: 'not_found' },
  {
    path: 'agreements.openOwnCase',
    can: 'project.read',
    input: async (w: World) => (await ownData(w)).case,
    otherOrg: 'forbidden',
  },
  { path: 'agreements.assetLink', can: 'self', input: ownAsset, otherOrg: 'forbidden' },
];
