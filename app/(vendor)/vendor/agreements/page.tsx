import type { Metadata } from 'next';
import { z } from 'zod';
import { AgreementCentre } from '#app/_agreements/agreement-centre.tsx';
import { AttestPeople } from '#app/_agreements/attest-people.tsx';
import type { Search } from '#app/_shell/address.ts';
import { listPlace } from '#app/_team/page-place.ts';
import { loaded } from '#app/_trpc/server.ts';
import { TEAM_SHOWS } from '#server/credentials/view-schemas.ts';
import { AttestCredentials } from './attest-credentials.tsx';

export const metadata: Metadata = { title: 'Agreements' };

const shown = z.enum(TEAM_SHOWS).catch('all');

/** Which project opens for the vendor's people, what to sign, and who is attested. */
export default async function VendorAgreementsPage({ searchParams }: { searchParams: Promise<Search> }) {
  const search = await searchParams;
  const page = { ...listPlace(search, 'credentials_'), show: shown.parse(search.credentials_show) };
  const { centre, capabilities, people, credentials, delegation } = await loaded(async (call) => {
    const me = await call.identity.me();
    return {
      capabilities: me.capabilities,
      centre: await call.agreements.centre(),
      people: me.capabilities.includes('team.manage') ? await call.agreements.team() : null,
      credentials: me.capabilities.includes('team.manage') ? await call.credentials.team(page) : null,
      delegation: me.capabilities.includes('team.manage') ? await call.credentials.delegation() : null,
    };
  });
  return (
    <AgreementCentre centre={centre} area="/vendor" maySign={capabilities.includes('agreement.sign')}>
      {people === null ? null : (
        <AttestPeople people={people} today={new Date().toISOString().slice(0, 10)} scope="team" />
      )}
      {credentials === null ? null : <AttestCredentials page={credentials} delegation={delegation} />}
    </AgreementCentre>
  );
}
