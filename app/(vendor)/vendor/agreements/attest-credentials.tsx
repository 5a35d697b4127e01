'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import type { z } from 'zod';
import { refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { DataTable } from '#app/_ui/data-table.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { ownDelegation } from '#server/credentials/delegation-schemas.ts';
import { LEVEL_WORDS } from '#server/credentials/describe.ts';
import type { teamCredential, teamCredentials } from '#server/credentials/view-schemas.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { VerifyCredential } from './verify-credential.tsx';

type TeamCredential = z.infer<typeof teamCredential>;
type Delegation = z.infer<typeof ownDelegation>;

/** What a delegate may record a check of: what is open, and not proven yet. */
const isDelegates = ({ status, level }: TeamCredential) =>
  level !== 'primary_source' && ['claimed', 'verifying', 'verified'].includes(status);

/** What waits for the vendor's word. */
const mayAttest = ({ status, level }: TeamCredential) =>
  level === 'self_claimed' && ['claimed', 'verifying'].includes(status);

/** Whether the organisation's own checks count as the platform's, and how samples of them went. */
function DelegationLine({ delegation }: { delegation: Delegation }) {
  if (delegation === null) return null;
  const { mayVerify, because, validUntil, agrees, disagrees } = delegation;
  const looked = agrees + disagrees;
  return (
    <p className={mayVerify ? 'prose-width mt-1 text-sm' : 'prose-width mt-1 text-attention-ink text-sm'}>
      {mayVerify
        ? `You are a delegate until ${sayDay(validUntil)}: what you check at the source counts as the platform’s own check.`
        : because}{' '}
      {looked === 0
        ? ''
        : `Of ${looked} ${looked === 1 ? 'sample' : 'samples'} that operators looked at, the source said the same in ${agrees}.`}
    </p>
  );
}

/** What the vendor's people claim, and the vendor's word for it (R19); the operator samples what was attested. */
export function AttestCredentials({
  page,
  delegation,
}: {
  page: z.infer<typeof teamCredentials>;
  delegation: Delegation;
}) {
  const mayVerify = delegation?.mayVerify === true;
  const trpc = useTRPC();
  const router = useRouter();
  const attest = useMutation(
    trpc.credentials.attest.mutationOptions({
      onSuccess: () => {
        toast.success('Attested. Projects that accept your word now count it.');
        router.refresh();
      },
      onError: (error) => toast.error(refusalProblems(error)[0]?.message ?? 'It could not be attested.'),
    }),
  );
  return (
    <section className="flex flex-col gap-3" aria-label="Credentials">
      <div>
        <h2 className="font-semibold text-lg">Credentials of your people</h2>
        <p className="prose-width text-ink-2 text-sm">
          Attest what you have seen the original of. You answer for it; the operator checks samples at the
          source.
        </p>
        <DelegationLine delegation={delegation} />
      </div>
      {page.total === 0 ? (
        <EmptyState title="No credentials yet">Your people add theirs under “Credentials”.</EmptyState>
      ) : (
        <DataTable
          id="team-credentials"
          caption="Credentials of your people"
          search
          urlPrefix="credentials_"
          nextCursor={page.next}
          note={`${page.total.toLocaleString('en')} in all; ${page.toAttest.toLocaleString('en')} ${page.toAttest === 1 ? 'waits' : 'wait'} for your word and ${page.toAttest === 1 ? 'comes' : 'come'} first.`}
          filters={[
            {
              key: 'show',
              label: 'Show',
              options: [
                { value: 'to_attest', label: 'What you may attest' },
                ...(mayVerify ? [{ value: 'to_check', label: 'What you may check' }] : []),
              ],
            },
          ]}
          columns={[
            { key: 'credential', header: 'Credential', phone: 'main' },
            { key: 'issuer', header: 'Issuer' },
            { key: 'level', header: 'Level' },
            { key: 'expires', header: 'Expires' },
            { key: 'state', header: 'State' },
            { key: 'act', header: 'Your word', align: 'right', phone: 'side', fixed: true, isAction: true },
          ]}
          rows={page.items.map((one) => ({
            id: one.credentialId,
            name: `${one.personName}: ${one.title}`,
            cells: {
              credential: (
                <>
                  {one.personName}
                  <span className="block pb-1 font-normal text-ink-2 text-sm">{one.title}</span>
                </>
              ),
              issuer: one.issuer,
              level: LEVEL_WORDS[one.level],
              expires: one.expiresOn === null ? '' : sayDay(one.expiresOn),
              state: <StatusPill state={one.status} />,
              act: (
                <span className="flex flex-wrap justify-end gap-2">
                  {mayAttest(one) ? (
                    <Button
                      size="sm"
                      pending={attest.isPending && attest.variables?.credentialId === one.credentialId}
                      onClick={() => attest.mutate({ credentialId: one.credentialId })}
                    >
                      Attest credential
                    </Button>
                  ) : null}
                  {mayVerify && isDelegates(one) ? (
                    <VerifyCredential
                      credentialId={one.credentialId}
                      seenStatus={one.status}
                      what={`${one.personName}, ${one.title}`}
                      issuer={one.issuer}
                    />
                  ) : null}
                </span>
              ),
            },
            values: {
              credential: `${one.personName}: ${one.title}`,
              issuer: one.issuer,
              level: LEVEL_WORDS[one.level],
              expires: one.expiresOn,
              state: one.status,
              act: null,
            },
          }))}
          empty={<EmptyState title="None found">No credential of your people fits the search.</EmptyState>}
        />
      )}
    </section>
  );
}
