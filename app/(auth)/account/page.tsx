import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { ConfirmAttestations } from '#app/_agreements/confirm-attestations.tsx';
import { roleName } from '#app/_shell/role-words.ts';
import { loaded } from '#app/_trpc/server.ts';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { listCountries } from '#server/identity/countries.ts';
import { ConfirmAddress } from './confirm-address.tsx';
import { CorrectOrganisation } from './correct-organisation.tsx';
import { EraseAccount } from './erase-account.tsx';
import { PasswordForm } from './password-form.tsx';
import { SessionList } from './session-list.tsx';

export const metadata: Metadata = { title: 'Account' };

/** What is everybody's own, also who may read nothing: what is attested of them is confirmed here (R19). */
export default async function AccountPage() {
  const { me, sessions, earnings, attestations, text } = await loaded(async (call) => {
    const stated = await call.agreements.ownAttestations();
    return {
      me: await call.identity.me(),
      sessions: await call.identity.sessions(),
      earnings: await call.payouts.earnings(),
      attestations: stated,
      text: stated.length === 0 ? null : await call.agreements.attestationText(),
    };
  });
  const active = me.organisations.find((org) => org.id === me.activeOrgId);
  const mayCorrect = me.capabilities.includes('org.manage') && active?.kind !== 'independent';
  return (
    <div className="max-w-[720px]">
      <PageHeader title={me.name}>
        <p className="text-ink-2 text-base">{me.email}</p>
        {me.isAddressConfirmed ? null : <ConfirmAddress email={me.email} />}
      </PageHeader>
      {text === null ? null : (
        <Part title="What is stated about you">
          <ConfirmAttestations attestations={attestations} text={text} />
        </Part>
      )}
      <Part title="Organisations">
        <ul className="divide-y divide-line border-line border-y">
          {me.organisations.map((org) => (
            <li key={org.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
              <span className="min-w-0 flex-1">
                <span className="block font-medium text-base">{org.legalName}</span>
                <span className="block text-ink-3 text-sm">{org.roles.map(roleName).join(', ')}</span>
                {org.statusReason ? (
                  <span className="block text-ink-2 text-sm">Reason: {org.statusReason}</span>
                ) : null}
              </span>
              <StatusPill state={org.status} />
            </li>
          ))}
          {me.organisations.length === 0 ? (
            <li className="py-3 text-ink-3 text-sm">You belong to no organisation now.</li>
          ) : null}
        </ul>
        <div className="flex flex-wrap gap-2">
          <LinkButton href="/sign-up">Add an organisation</LinkButton>
          {mayCorrect && (active?.status === 'refused' || active?.status === 'unverified') ? (
            <CorrectOrganisation
              legalName={active.legalName}
              status={active.status}
              countries={listCountries()}
            />
          ) : null}
        </div>
      </Part>
      {earnings.lines.length === 0 ? null : (
        <Part title="What you have read">
          <p className="text-ink-2 text-sm">
            What you earned, and which reads were rejected and why, stays open to you, also when you read for
            nobody any more. A rejection can be appealed for 7 days.
          </p>
          <div>
            <LinkButton href="/work/earnings">Earnings and rejected reads</LinkButton>
          </div>
        </Part>
      )}
      <Part title="Security">
        <p className="text-ink-2 text-sm">
          {me.hasSecondFactor
            ? 'Signing in and signing ask for a code of your authenticator app.'
            : 'Your password alone signs you in. Some data opens only with a second factor.'}
        </p>
        <div>
          <LinkButton href="/account/security">
            {me.hasSecondFactor ? 'Authenticator app' : 'Set up an authenticator app'}
          </LinkButton>
        </div>
      </Part>
      <Part title="Sessions">
        <SessionList sessions={sessions} />
      </Part>
      <Part title="Password">
        <PasswordForm />
      </Part>
      <Part title="Erase account">
        <EraseAccount />
      </Part>
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-3 pb-10">
      <h2 className="font-semibold text-lg">{title}</h2>
      {children}
    </section>
  );
}
