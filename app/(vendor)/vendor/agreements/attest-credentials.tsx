'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import type { z } from 'zod';
import { LongList } from '#app/_agreements/long-list.tsx';
import { refusalProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { ownDelegation } from '#server/credentials/delegation-schemas.ts';
import { LEVEL_WORDS } from '#server/credentials/describe.ts';
import type { teamCredential } from '#server/credentials/view-schemas.ts';
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
  credentials,
  delegation,
}: {
  credentials: readonly TeamCredential[];
  delegation: Delegation;
}) {
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
      {credentials.length === 0 ? (
        <EmptyState title="No credentials yet">Your people add theirs under “Credentials”.</EmptyState>
      ) : (
        <LongList
          name="credentials"
          items={credentials}
          keyOf={(one) => one.credentialId}
          textOf={(one) => `${one.personName} ${one.title} ${one.issuer}`}
          asks={{
            label: delegation?.mayVerify ? 'Only what you may attest or check' : 'Only what you may attest',
            of: (one) => mayAttest(one) || (delegation?.mayVerify === true && isDelegates(one)),
          }}
        >
          {(one) => (
            <>
              <span className="min-w-0 basis-full sm:flex-1 sm:basis-0">
                <span className="block truncate font-medium text-base">
                  {one.personName}: {one.title}
                </span>
                <span className="block text-ink-3 text-sm">
                  {one.issuer}; {LEVEL_WORDS[one.level]}
                  {one.expiresOn === null ? '' : `; expires ${sayDay(one.expiresOn)}`}
                </span>
              </span>
              <StatusPill state={one.status} />
              {mayAttest(one) ? (
                <Button
                  size="sm"
                  pending={attest.isPending && attest.variables?.credentialId === one.credentialId}
                  onClick={() => attest.mutate({ credentialId: one.credentialId })}
                >
                  Attest credential
                </Button>
              ) : null}
              {delegation?.mayVerify && isDelegates(one) ? (
                <VerifyCredential
                  credentialId={one.credentialId}
                  seenStatus={one.status}
                  what={`${one.personName}, ${one.title}`}
                  issuer={one.issuer}
                />
              ) : null}
            </>
          )}
        </LongList>
      )}
    </section>
  );
}
