import type { Metadata } from 'next';
import { Entrance } from '#app/_shell/entrance.tsx';
import { findMailLink } from '#app/_shell/find-mail-link.ts';
import { ApiProvider } from '#app/_trpc/client.tsx';
import { whoAmI } from '#app/_trpc/server.ts';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { ConfirmButton } from './confirm-button.tsx';

// The address of this page is a secret, so it is told to no other site.
export const metadata: Metadata = { title: 'Confirm your address', referrer: 'no-referrer' };

type ConfirmPageProps = { params: Promise<{ token: string }> };

/** A button confirms, not the opening of the page: programs that look at mail open links too. */
export default async function ConfirmPage({ params }: ConfirmPageProps) {
  const { token } = await params;
  const [link, me] = await Promise.all([findMailLink(token, 'confirm_address'), whoAmI()]);
  const isDone = link === 'used' || (link !== 'open' && me?.isAddressConfirmed === true);
  if (isDone) {
    return (
      <Entrance title="Your address is confirmed" lead="There is nothing more to do here.">
        <LinkButton variant="primary" href={me === null ? '/sign-in' : '/'}>
          {me === null ? 'Go to sign-in' : 'Go to my home'}
        </LinkButton>
      </Entrance>
    );
  }
  if (link !== 'open') {
    return (
      <Entrance title="This link does not work any more" lead={WHY[link]}>
        <LinkButton variant="primary" href={me === null ? '/sign-in?next=/account' : '/account'}>
          Go to my account
        </LinkButton>
      </Entrance>
    );
  }
  return (
    <Entrance
      title="Confirm your address"
      lead="It shows that mail to this address reaches you. Then you can sign, bid and take work."
    >
      <ApiProvider>
        <ConfirmButton token={token} isSignedIn={me !== null} />
      </ApiProvider>
    </Entrance>
  );
}

const WHY = {
  unknown: 'Copy it whole from the mail, or have it sent again from your account page.',
  replaced: 'A newer one was sent. Use the newest mail, or have it sent again from your account page.',
  expired: 'It was good for 7 days. Have a new one sent from your account page.',
};
