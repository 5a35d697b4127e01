import type { Metadata } from 'next';
import { Entrance } from '#app/_shell/entrance.tsx';
import { ApiProvider } from '#app/_trpc/client.tsx';
import { whoAmI } from '#app/_trpc/server.ts';
import { TextLink } from '#app/_ui/text-link.tsx';
import { listCountries } from '#server/identity/countries.ts';
import { AddOrganisationForm } from './add-organisation-form.tsx';
import { SignUpForm } from './sign-up-form.tsx';

export const metadata: Metadata = { title: 'Sign up' };

/** Signs up an organisation: with a new account, or under the account of whoever is signed in (R0: one person, one account). */
export default async function SignUpPage() {
  const me = await whoAmI();
  if (me !== null) {
    const isIndependent = me.organisations.some((org) => org.kind === 'independent');
    return (
      <Entrance
        wide
        title="Add an organisation"
        lead={`It is added to the account of ${me.name}. An operator checks it before it can publish, bid, sign or read.`}
      >
        <ApiProvider>
          <AddOrganisationForm isIndependent={isIndependent} countries={listCountries()} />
        </ApiProvider>
      </Entrance>
    );
  }
  return (
    <Entrance
      wide
      title="Sign up"
      lead="You can start drafting at once. Before anything is published, bid on, signed or read, an operator checks who you are."
    >
      <ApiProvider>
        <SignUpForm countries={listCountries()} />
      </ApiProvider>
      <p className="mt-8 border-line border-t pt-4 text-ink-2 text-sm">
        Have an account? <TextLink href="/sign-in">Sign in</TextLink> and add the organisation there: one
        person, one account.
      </p>
    </Entrance>
  );
}
