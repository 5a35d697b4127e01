import type { Metadata } from 'next';
import Link from 'next/link';
import { type Search, textFrom } from '#app/_shell/address.ts';
import { loaded } from '#app/_trpc/server.ts';
import { DateTime } from '#app/_ui/date-time.tsx';
import { EmptyState } from '#app/_ui/empty-state.tsx';
import { Logo } from '#app/_ui/logo.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { ThemeToggle } from '#app/_ui/theme-toggle.tsx';

export const metadata: Metadata = { title: 'Local mailbox' };
export const dynamic = 'force-dynamic';

type MailboxPageProps = { searchParams: Promise<Search> };

/** The mails of an installation that sends none; not found anywhere else. */
export default async function MailboxPage({ searchParams }: MailboxPageProps) {
  const to = textFrom(await searchParams, 'to');
  const mails = await loaded((call) => call.notifications.mailbox({ ...(to ? { to } : {}), limit: 100 }));
  return (
    <div className="mx-auto max-w-[720px] px-4 pb-20">
      <header className="flex h-14 items-center justify-between">
        <Link href="/" className="rounded-sm">
          <Logo />
        </Link>
        <ThemeToggle />
      </header>
      <main className="pt-6">
        <PageHeader title="Local mailbox">
          <p className="prose-width text-ink-2 text-base">
            This installation sends no mail; it is kept here. Set SMTP_URL to send it.
          </p>
        </PageHeader>
        {mails.length === 0 ? (
          <EmptyState title="No mail yet">Invitations and decisions appear here, newest first.</EmptyState>
        ) : (
          <ol className="divide-y divide-line border-line border-y">
            {mails.map((mail) => (
              <li key={mail.id} className="py-4">
                <h2 className="font-medium text-base">{mail.subject}</h2>
                <p className="text-ink-3 text-sm">
                  To {mail.to}, <DateTime at={mail.createdAt} format="second" />
                </p>
                <p className="prose-width mt-2 whitespace-pre-wrap break-words text-base text-ink-2">
                  <Linked text={mail.body} />
                </p>
              </li>
            ))}
          </ol>
        )}
      </main>
    </div>
  );
}

/** Text with its web addresses as links; nothing else of it is interpreted. */
function Linked({ text }: { text: string }) {
  const parts = text.split(/(https?:\/\/\S+)/);
  return parts.map((part, index) =>
    /^https?:\/\//.test(part) ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text do not change places
      <a key={index} href={part} className="text-accent-ink underline underline-offset-2">
        {part}
      </a>
    ) : (
      part
    ),
  );
}
