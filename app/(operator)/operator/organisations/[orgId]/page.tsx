import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';
import type { Search } from '#app/_shell/address.ts';
import { roleName } from '#app/_shell/role-words.ts';
import { listPlace } from '#app/_team/page-place.ts';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { DateTime } from '#app/_ui/date-time.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { statusWords } from '#app/_ui/status-tone.ts';
import { isId } from '#server/core/ids.ts';
import { countryName } from '#server/identity/countries.ts';
import { OrganisationDecision } from './organisation-decision.tsx';
import { PeopleTable } from './people-table.tsx';

export const metadata: Metadata = { title: 'Organisation' };

type OrganisationPageProps = { params: Promise<{ orgId: string }>; searchParams: Promise<Search> };

/** One organisation with everything the operator checks (R0), the decision on it, and its people by pages. */
export default async function OrganisationPage({ params, searchParams }: OrganisationPageProps) {
  const { orgId } = await params;
  if (!isId(orgId)) notFound();
  const place = listPlace(await searchParams);
  const org = await loaded((call) => call.identity.organisation({ orgId, ...place }));
  const isCompany = org.kind !== 'independent';
  return (
    <div className="max-w-[720px]">
      <PageHeader
        title={org.legalName}
        meta={<StatusPill state={org.status} />}
        crumbs={[{ label: 'Organisations', href: '/operator/organisations' }, { label: org.legalName }]}
      >
        <AnswerLine>
          {answerOf(org.status)}
          {org.statusReason === null ? null : <> Reason given: {org.statusReason}</>}
        </AnswerLine>
      </PageHeader>
      <Part title="To check">
        <dl className="divide-y divide-line border-line border-y">
          <Fact term="Kind">{statusWords(org.kind)}</Fact>
          <Fact term={isCompany ? 'Legal name' : 'Name'}>{org.legalName}</Fact>
          {isCompany ? (
            <>
              <Fact term="Register number">{org.registerNumber ?? 'not given'}</Fact>
              <Fact term="Domain">{org.domain ?? 'not given'}</Fact>
            </>
          ) : null}
          <Fact term="Country">{countryName(org.country) ?? org.country}</Fact>
          <Fact term="Signed up">
            <DateTime at={org.createdAt} />
          </Fact>
          {org.verifiedAt === null ? null : (
            <Fact term="Last verified">
              <DateTime at={org.verifiedAt} />
            </Fact>
          )}
        </dl>
      </Part>
      <Part title="Decision">
        <OrganisationDecision
          key={org.status}
          orgId={org.id}
          legalName={org.legalName}
          status={org.status}
          candidates={org.signers.map(({ personId, name, roles }) => ({
            personId,
            name,
            roles: roles.map(roleName).join(', '),
          }))}
          signatories={org.signatories}
        />
      </Part>
      <Part title={isCompany ? `People (${org.peopleCount.toLocaleString('en')})` : 'Person'}>
        <PeopleTable people={org.people} next={org.next} isCompany={isCompany} />
      </Part>
    </div>
  );
}

function answerOf(status: 'unverified' | 'verified' | 'refused' | 'suspended'): string {
  switch (status) {
    case 'unverified':
      return 'It waits for your decision. Until then it can draft, but not publish, bid, sign or read.';
    case 'verified':
      return 'It is verified: it can publish, bid, sign and read.';
    case 'refused':
      return 'It was refused. Its owner can correct the facts and hand in again.';
    case 'suspended':
      return 'It is suspended: it cannot publish, bid, sign or read.';
  }
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-3 pb-8">
      <h2 className="font-semibold text-lg">{title}</h2>
      {children}
    </section>
  );
}

function Fact({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div className="grid grid-cols-[10rem_1fr] gap-2 py-2">
      <dt className="text-ink-3 text-sm">{term}</dt>
      <dd className="min-w-0 break-words text-base">{children}</dd>
    </div>
  );
}
