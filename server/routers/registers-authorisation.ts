import { makeCredential } from '#db/seed/factories/credentials.ts';
import { makeMember } from '#db/seed/factories/identity.ts';
import { makeHit } from '#db/seed/factories/registers.ts';
import type { AuthorisationRow } from './authorisation-matrix.ts';
import type { World } from './authorisation-world.ts';

const REASON = 'Compared at the source of the list.';

const screened = (w: World) =>
  w.once('somebody who is screened', async () =>
    makeMember(w.db, { org: await w.org('a', 'vendor'), roles: ['vendor_annotator'] }),
  );

const openHit = async (w: World) => {
  const { actor } = await screened(w);
  return w.once('open hit', () => makeHit(w.db, { personId: actor.personId }));
};

const confirmedHit = async (w: World) => {
  const { actor } = await screened(w);
  return w.once('confirmed hit', () => makeHit(w.db, { personId: actor.personId, status: 'confirmed' }));
};

const npiClaim = async (w: World) => {
  const { actor } = await screened(w);
  return w.once('NPI claim', () =>
    makeCredential(w.db, { personId: actor.personId, kind: 'npi', status: 'claimed', level: 'self_claimed' }),
  );
};

export const registersRows: AuthorisationRow[] = [
  { path: 'registers.list', can: 'operator.verify', otherOrg: 'forbidden' },
  { path: 'registers.desk', can: 'operator.verify', input: () => ({}), otherOrg: 'forbidden' },
  { path: 'registers.runs', can: 'operator.verify', otherOrg: 'forbidden' },
  {
    path: 'registers.screenEverybody',
    can: 'operator.verify',
    otherOrg: 'forbidden',
  },
  {
    path: 'registers.decide',
    can: 'operator.verify',
    input: async (w) => ({ hitIds: [await openHit(w)], decision: 'not_same', reason: REASON }),
    otherOrg: 'forbidden',
  },
  {
    path: 'registers.object',
    can: 'credential.own',
    input: async (w) => ({ hitId: await confirmedHit(w), statement: 'This is another person of my name.' }),
    otherOrg: 'not_found',
    by: screened,
  },
  {
    path: 'registers.answer',
    can: 'operator.verify',
    input: async (w) => ({ hitId: await confirmedHit(w), decision: 'lifted', reason: REASON }),
    otherOrg: 'forbidden',
  },
  {
    path: 'registers.npiCheck',
    can: 'operator.verify',
    input: async (w) => ({ credentialId: await npiClaim(w) }),
    otherOrg: 'forbidden',
  },
  {
    path: 'registers.checkNpi',
    can: 'operator.verify',
    input: async (w) => ({ credentialId: await npiClaim(w) }),
    otherOrg: 'forbidden',
  },
  { path: 'registers.own', can: 'credential.own', otherOrg: 'own-data-only' },
  {
    path: 'registers.setDetails',
    can: 'credential.own',
    input: () => ({ legalGivenName: 'Ann', legalFamilyName: 'Example', formerFamilyName: '', birthDate: '' }),
    otherOrg: 'own-data-only',
  },
];
