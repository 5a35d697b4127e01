import type { Metadata } from 'next';
import type { Search } from '#app/_shell/address.ts';
import { Entrance } from '#app/_shell/entrance.tsx';
import { localPath } from '#app/_shell/local-path.ts';
import { TextLink } from '#app/_ui/text-link.tsx';
import { SignInForm } from './sign-in-form.tsx';

export const metadata: Metadata = { title: 'Sign in' };

type SignInPageProps = { searchParams: Promise<Search> };

export default async function SignInPage({ searchParams }: SignInPageProps) {
  const { next, password, address } = await searchParams;
  const news =
    password === 'changed'
      ? 'Your new password is set. Sign in with it.'
      : address === 'confirmed'
        ? 'Your address is confirmed.'
        : undefined;
  return (
    <Entrance title="Sign in" lead={news}>
      <SignInForm next={localPath(next)} />
      <p className="mt-6 border-line border-t pt-4 text-ink-2 text-sm">
        <TextLink href="/forgot">Forgotten your password?</TextLink>
      </p>
      <p className="mt-3 text-ink-2 text-sm">
        No account yet? <TextLink href="/sign-up">Sign up</TextLink> as a sponsor, a vendor or an annotator.
        Invited by your organisation? Open the link in the mail.
      </p>
    </Entrance>
  );
}
