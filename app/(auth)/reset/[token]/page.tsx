import type { Metadata } from 'next';
import { Entrance } from '#app/_shell/entrance.tsx';
import { findMailLink } from '#app/_shell/find-mail-link.ts';
import { ApiProvider } from '#app/_trpc/client.tsx';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { ResetForm } from './reset-form.tsx';

// The address of this page is a secret, so it is told to no other site.
export const metadata: Metadata = { title: 'New password', referrer: 'no-referrer' };

type ResetPageProps = { params: Promise<{ token: string }> };

export default async function ResetPage({ params }: ResetPageProps) {
  const { token } = await params;
  const link = await findMailLink(token, 'reset_password');
  if (link !== 'open') {
    return (
      <Entrance title="This link does not work any more" lead={WHY[link]}>
        <LinkButton variant="primary" href="/forgot">
          Ask for a new link
        </LinkButton>
      </Entrance>
    );
  }
  return (
    <Entrance title="New password" lead="Setting it ends every session; then you sign in with it.">
      <ApiProvider>
        <ResetForm token={token} />
      </ApiProvider>
    </Entrance>
  );
}

const WHY = {
  unknown: 'Copy it whole from the mail, or ask for a new one.',
  used: 'It was used already. If it was not you, ask for a new one at once and set another password.',
  replaced:
    'A newer one was sent, or the password was changed since. Use the newest mail, or ask for a new link.',
  expired: 'It was good for an hour. Ask for a new one.',
};
