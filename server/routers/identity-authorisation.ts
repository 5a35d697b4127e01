import { makeMember, makeOrganisation, makeSecondFactor } from '#db/seed/factories/identity.ts';
import { inviteMember } from '#server/identity/invite-member.ts';
import { saveTeam } from '#server/identity/save-team.ts';
import type { AuthorisationRow } from './authorisation-matrix.ts';
import type { World } from './authorisation-world.ts';

let serial = 0;
/** Never twice the same, and nothing that looks like somebody's id. */
const address = () => {
  serial += 1;
  return `somebody${serial}@example.test`;
};
const password = 'not the password of anybody';
const unknownToken = 'x'.repeat(43);

/** A further member of side a's vendor, apart from the people who act in the matrix. */
const colleague = (w: World, name: string) =>
  w.once(`identity colleague ${name}`, async () => {
    const org = await w.org('a', 'vendor');
    const { actor } = await makeMember(w.db, { org, roles: ['vendor_annotator'] });
    return actor.personId;
  });

/** A team of side a's vendor. */
const teamOf = (w: World, name: string) =>
  w.once(`identity team ${name}`, async () => {
    const owner = await w.member('a', 'vendor', ['vendor_owner']);
    return (await saveTeam(owner, { teamId: null, name, leadId: null, add: [], remove: [] })).teamId;
  });

const openInvitation = async (w: World) => {
  const owner = await w.member('a', 'sponsor', ['sponsor_owner']);
  return inviteMember(owner, { email: address(), role: 'ml_lead' });
};

/** An organisation of its own that waits, so that deciding on it leaves the acting ones alone. */
const applicant = async (w: World) => {
  const org = await makeOrganisation(w.db, { kind: 'vendor', verified: false });
  const owner = await makeMember(w.db, { org, roles: ['vendor_owner'] });
  return { orgId: org.id, personId: owner.actor.personId };
};

const roster = Buffer.from(`name,email,role\nAda Okoye,${address()},vendor_annotator\n`).toString('base64');
const company = {
  legalName: 'Second Company',
  registerNumber: 'HRB 1',
  domain: 'second.example',
  country: 'DE',
};

export const identityRows: AuthorisationRow[] = [
  {
    path: 'identity.signUp',
    can: 'public',
    input: () => ({
      account: { name: 'Mira Novak', email: address(), password, country: 'SI' },
      organisation: { kind: 'independent' },
    }),
    otherOrg: 'own-data-only',
  },
  {
    path: 'identity.invitation',
    can: 'public',
    input: () => ({ token: unknownToken }),
    otherOrg: 'not_found',
  },
  {
    path: 'identity.acceptInvitation',
    can: 'public',
    input: () => ({ token: unknownToken }),
    otherOrg: 'not_found',
  },
  { path: 'identity.mailLink', can: 'public', input: () => ({ token: unknownToken }), otherOrg: 'not_found' },
  {
    path: 'identity.confirmAddress',
    can: 'public',
    input: () => ({ token: unknownToken }),
    otherOrg: 'not_found',
  },
  {
    path: 'identity.requestPasswordReset',
    can: 'public',
    input: () => ({ email: address() }),
    otherOrg: 'own-data-only',
  },
  {
    path: 'identity.resetPassword',
    can: 'public',
    input: () => ({ token: unknownToken, newPassword: password }),
    otherOrg: 'not_found',
  },
  { path: 'identity.resendConfirmation', can: 'self', otherOrg: 'own-data-only' },
  { path: 'identity.me', can: 'self', otherOrg: 'own-data-only' },
  { path: 'identity.sessions', can: 'self', otherOrg: 'own-data-only' },
  {
    path: 'identity.addOrganisation',
    can: 'self',
    input: () => ({ kind: 'sponsor', ...company }),
    otherOrg: 'own-data-only',
  },
  {
    path: 'identity.switchOrganisation',
    can: 'self',
    input: async (w) => ({ orgId: (await w.org('a', 'sponsor')).id }),
    otherOrg: 'not_found',
  },
  { path: 'identity.reauthenticate', can: 'self', input: () => ({ password }), otherOrg: 'own-data-only' },
  {
    path: 'identity.revokeSession',
    can: 'self',
    input: async (w) => {
      const holder = await w.holder('a', 'sponsor', 'self');
      return { sessionId: holder.actor.sessionId };
    },
    otherOrg: 'not_found',
  },
  { path: 'identity.signOutEverywhere', can: 'self', otherOrg: 'own-data-only' },
  {
    path: 'identity.changePassword',
    can: 'self',
    input: () => ({ currentPassword: password, newPassword: `${password} at all` }),
    otherOrg: 'own-data-only',
  },
  { path: 'identity.eraseAccount', can: 'self', input: () => ({ password }), otherOrg: 'own-data-only' },

  { path: 'identity.secondFactor', can: 'self', otherOrg: 'own-data-only' },
  { path: 'identity.beginSecondFactor', can: 'self', input: () => ({ password }), otherOrg: 'own-data-only' },
  {
    path: 'identity.confirmSecondFactor',
    can: 'self',
    input: () => ({ code: '000000' }),
    otherOrg: 'own-data-only',
  },
  {
    path: 'identity.renewRecoveryCodes',
    can: 'self',
    input: () => ({ password, code: '000000' }),
    otherOrg: 'own-data-only',
  },
  {
    path: 'identity.endSecondFactor',
    can: 'self',
    input: () => ({ password, code: '000000' }),
    otherOrg: 'own-data-only',
  },

  {
    path: 'identity.correctOrganisation',
    can: 'org.manage',
    input: () => company,
    otherOrg: 'own-data-only',
  },
  { path: 'identity.team', can: 'org.manage', input: () => ({}), otherOrg: 'own-data-only' },
  {
    path: 'identity.inviteMember',
    can: 'org.manage',
    input: () => ({ email: address(), role: 'ml_lead' }),
    otherOrg: 'own-data-only',
  },
  { path: 'identity.revokeInvitation', can: 'org.manage', input: openInvitation, otherOrg: 'not_found' },
  {
    path: 'identity.grantRole',
    can: 'org.manage',
    as: 'vendor',
    input: async (w) => ({ personId: await colleague(w, 'granted'), role: 'qa_lead' }),
    otherOrg: 'not_found',
  },
  {
    path: 'identity.endMembership',
    can: 'org.manage',
    as: 'vendor',
    input: async (w) => ({ personId: await colleague(w, 'ended') }),
    otherOrg: 'not_found',
  },

  { path: 'identity.readiness', can: 'team.manage', input: () => ({}), otherOrg: 'own-data-only' },
  { path: 'identity.staff', can: 'team.manage', input: () => ({}), otherOrg: 'own-data-only' },
  {
    path: 'identity.inviteStaff',
    can: 'team.manage',
    input: () => ({ email: address(), role: 'vendor_annotator' }),
    otherOrg: 'own-data-only',
  },
  { path: 'identity.teams', can: 'team.manage', otherOrg: 'own-data-only' },
  {
    path: 'identity.saveTeam',
    can: 'team.manage',
    as: 'vendor',
    input: async (w) => ({ teamId: await teamOf(w, 'changed'), name: 'Changed', leadId: null }),
    otherOrg: 'not_found',
  },
  {
    path: 'identity.dissolveTeam',
    can: 'team.manage',
    as: 'vendor',
    input: async (w) => ({ teamId: await teamOf(w, 'dissolved') }),
    otherOrg: 'not_found',
  },
  {
    path: 'identity.importRoster',
    can: 'team.manage',
    input: () => ({ contentBase64: roster }),
    otherOrg: 'own-data-only',
  },
  {
    path: 'identity.endStaff',
    can: 'team.manage',
    input: async (w) => ({ personId: await colleague(w, 'staff') }),
    otherOrg: 'not_found',
  },

  {
    path: 'identity.resetSecondFactor',
    can: 'operator.verify',
    input: async (w) => {
      const org = await w.org('a', 'vendor');
      const { actor } = await makeMember(w.db, { org, roles: ['vendor_annotator'] });
      await makeSecondFactor(w.db, actor);
      return { personId: actor.personId, reason: 'The phone and the codes are lost; seen by video call.' };
    },
    otherOrg: 'forbidden',
  },
  {
    path: 'identity.organisations',
    can: 'operator.verify',
    input: () => ({ status: 'unverified' }),
    otherOrg: 'forbidden',
  },
  {
    path: 'identity.organisation',
    can: 'operator.verify',
    input: async (w) => ({ orgId: (await applicant(w)).orgId }),
    otherOrg: 'forbidden',
  },
  {
    path: 'identity.verifyOrganisation',
    can: 'operator.verify',
    input: async (w) => {
      const { orgId, personId } = await applicant(w);
      return { orgId, expectedStatus: 'unverified', signatories: [personId] };
    },
    otherOrg: 'forbidden',
  },
  {
    path: 'identity.refuseOrganisation',
    can: 'operator.verify',
    input: async (w) => ({
      orgId: (await applicant(w)).orgId,
      expectedStatus: 'unverified',
      reason: 'The register has no such number.',
    }),
    otherOrg: 'forbidden',
  },
  {
    path: 'identity.suspendOrganisation',
    can: 'operator.verify',
    input: async (w) => ({
      orgId: (await makeOrganisation(w.db, { kind: 'vendor' })).id,
      expectedStatus: 'verified',
      reason: 'Its register entry was struck off.',
    }),
    otherOrg: 'forbidden',
  },
];
