import { redirect } from 'next/navigation';
import { homePathOf } from '#app/_shell/areas.ts';
import { whoAmI } from '#app/_trpc/server.ts';
import { LinkButton } from '#app/_ui/link-button.tsx';
import { Logo } from '#app/_ui/logo.tsx';
import { ThemeToggle } from '#app/_ui/theme-toggle.tsx';

const SIDES = [
  {
    who: 'Sponsors',
    what: 'Post a project with its protocol, compare binding bids by cost per correct label, and let a pilot with hidden gold decide before the award. Every final label can be traced to who made it, with which verified credentials, under which protocol version, and what it cost.',
  },
  {
    who: 'Vendors',
    what: 'See the calls that fit your people, bid with named seats, staff and substitute, and watch throughput, quality and margin. Your margins and your staff’s pay are yours alone.',
  },
  {
    who: 'Clinicians and annotators',
    what: 'Keep your credentials in one place. See the work you qualify for and why not the rest. The price of a case is fixed before you open it; disagreement is never a reason not to pay.',
  },
];

const FACTS = [
  [
    'Protected data',
    'opens only when the chain of agreements behind the reader is complete; each opening is recorded.',
  ],
  [
    'Quality',
    'is shown with its n and its interval. Without a reference there is no accuracy, and the page says so.',
  ],
  ['Money', 'is double entry. A batch opens only for what is funded, and everybody is paid once.'],
] as const;

/** What Readroom is, for whoever is not signed in; everybody else goes to their home. */
export default async function LandingPage() {
  const me = await whoAmI();
  if (me !== null) {
    const active = me.organisations.find((org) => org.id === me.activeOrgId);
    redirect(homePathOf({ orgKind: active?.kind ?? null, capabilities: me.capabilities }));
  }
  return (
    <div className="min-h-dvh">
      <header className="mx-auto flex h-14 max-w-5xl items-center justify-between px-4 md:px-8">
        <Logo />
        <div className="flex items-center gap-2">
          <ThemeToggle />
          <LinkButton href="/sign-in">Sign in</LinkButton>
        </div>
      </header>
      <main className="mx-auto max-w-5xl px-4 pt-16 pb-24 md:px-8 md:pt-24">
        <h1 className="max-w-[24ch] text-balance font-semibold text-2xl">
          Clinical data, read by people who are qualified to read it.
        </h1>
        <p className="prose-width mt-4 text-ink-2 text-lg">
          Readroom is a marketplace and workforce manager for clinical data annotation. Sponsors post
          projects, vendors bid and staff them, credentialed clinicians read, review and adjudicate, and
          everyone is paid to the cent.
        </p>
        <div className="mt-8 flex flex-wrap gap-2">
          <LinkButton href="/sign-up" variant="primary" size="lg">
            Sign up
          </LinkButton>
          <LinkButton href="/sign-in" size="lg">
            Sign in
          </LinkButton>
        </div>
        <div className="mt-20 grid gap-10 border-line border-t pt-8 md:grid-cols-3">
          {SIDES.map(({ who, what }) => (
            <section key={who}>
              <h2 className="font-semibold text-lg">{who}</h2>
              <p className="mt-2 text-ink-2 text-base">{what}</p>
            </section>
          ))}
        </div>
        <dl className="mt-16 divide-y divide-line border-line border-y">
          {FACTS.map(([term, fact]) => (
            <div key={term} className="grid gap-1 py-3 md:grid-cols-[12rem_1fr]">
              <dt className="font-medium text-base">{term}</dt>
              <dd className="prose-width text-base text-ink-2">{fact}</dd>
            </div>
          ))}
        </dl>
      </main>
    </div>
  );
}
