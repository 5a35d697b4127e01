import { TRPCError } from '@trpc/server';
import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import { Entrance } from '#app/_shell/entrance.tsx';
import { roleDoes, roleName } from '#app/_shell/role-words.ts';
import { ApiProvider } from '#app/_trpc/client.tsx';
import { api, whoAmI } from '#app/_trpc/server.ts';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { listCountries } from '#server/identity/countries.ts';
import { JoinForm, JoinSignedIn } from './join-forms.tsx';

export const metadata: Metadata = { title: 'Invitation' };

type InvitePageProps = { params: Promise<{ token: string }> };

async function findPreview(token: string) {
  try {
    return await (await api()).identity.invitation({ token });
  } catch (error) {
    if (error instanceof TRPCError && (error.code === 'NOT_FOUND' || error.code === 'BAD_REQUEST'))
      return null;
    throw error;
  }
}

export default async function InvitePage({ params }: InvitePageProps) {
  const { token } = await params;
  const [invitation, me] = await Promise.all([findPreview(token), whoAmI()]);
  if (invitation === null) {
    return (
      <Closed title="This link is not valid">
        Copy it whole from the mail, or ask whoever invited you for a new one.
      </Closed>
    );
  }
  if (invitation.state !== 'open') {
    const why = {
      accepted: 'It has been used already. If it was you, sign in.',
      revoked: 'It was taken back or replaced. Use the newest mail, or ask for a new invitation.',
      expired: 'It was open for 14 days. Ask for a new one.',
    }[invitation.state];
    return <Closed title={`The invitation to ${invitation.organisation} is closed`}>{why}</Closed>;
  }
  const lead = `As ${roleName(invitation.role).toLowerCase()}: ${roleDoes(invitation.role)}. The invitation is for ${invitation.email}.`;
  return (
    <Entrance title={`Join ${invitation.organisation}`} lead={lead}>
      <ApiProvider>
        {me !== null ? (
          <JoinSignedIn
            token={token}
            organisation={invitation.organisation}
            signedInAs={me.email}
            invited={invitation.email}
          />
        ) : invitation.hasAccount ? (
          <EmptyState
            title="You have an account with this address"
            action={
              <LinkButton variant="primary" href={`/sign-in?next=/invite/${token}`}>
                Sign in to join
              </LinkButton>
            }
          >
            One person, one account, whatever organisations you belong to. Sign in and you come back here.
          </EmptyState>
        ) : (
          <JoinForm
            token={token}
            email={invitation.email}
            organisation={invitation.organisation}
            countries={listCountries()}
          />
        )}
      </ApiProvider>
    </Entrance>
  );
}

function Closed({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Entrance title={title} lead={children}>
      <LinkButton href="/sign-in">Go to sign-in</LinkButton>
    </Entrance>
  );
}
