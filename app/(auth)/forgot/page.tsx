import type { Metadata } from 'next';
import { Entrance } from '#app/_shell/entrance.tsx';
import { ApiProvider } from '#app/_trpc/client.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { ForgotForm } from './forgot-form.tsx';

export const metadata: Metadata = { title: 'Forgotten password' };

export default function ForgotPage() {
  return (
    <Entrance
      title="Forgotten password"
      lead="We mail a link to the address of your account. It sets a new password, once, within an hour."
    >
      <ApiProvider>
        <ForgotForm />
      </ApiProvider>
      <p className="mt-6 border-line border-t pt-4 text-ink-2 text-sm">
        Remembered it? <TextLink href="/sign-in">Sign in</TextLink>
      </p>
    </Entrance>
  );
}
