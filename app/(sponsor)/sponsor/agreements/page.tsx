import type { Metadata } from 'next';
import { AgreementCentre } from '#app/_agreements/agreement-centre.tsx';
import { AttestPeople } from '#app/_agreements/attest-people.tsx';
import { Transfers } from '#app/_agreements/transfers.tsx';
import { loaded } from '#app/_trpc/server.ts';
import { hasAdequateProtection } from '#server/agreements/adequate-countries.ts';
import { listCountries } from '#server/identity/countries.ts';

export const metadata: Metadata = { title: 'Agreements' };

/** Which project opens, what to sign, and who of the sponsor's panel is attested. */
export default async function SponsorAgreementsPage() {
  const { centre, capabilities, people } = await loaded(async (call) => {
    const me = await call.identity.me();
    return {
      capabilities: me.capabilities,
      centre: await call.agreements.centre(),
      people: me.capabilities.includes('org.manage') ? await call.agreements.ownStaff() : null,
    };
  });
  const readers = people?.filter((one) => one.roles.some((role) => READING.includes(role))) ?? null;
  return (
    <AgreementCentre centre={centre} area="/sponsor" maySign={capabilities.includes('agreement.sign')}>
      <Transfers
        transfers={centre.transfers}
        countries={listCountries().filter(({ code }) => !hasAdequateProtection(code))}
        mayAssess={capabilities.includes('agreement.sign')}
      />
      {readers === null ? null : (
        <AttestPeople people={readers} today={new Date().toISOString().slice(0, 10)} scope="own" />
      )}
    </AgreementCentre>
  );
}

/** Roles of a sponsor that open cases. */
const READING = ['panel_reader', 'clinical_lead', 'sponsor_owner', 'project_manager', 'ml_lead'];
