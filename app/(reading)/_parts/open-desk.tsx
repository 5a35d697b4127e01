import { TRPCError } from '@trpc/server';
import { loaded, whoAmI } from '#app/_trpc/server.ts';
import { LinkButton } from '#app/_ui/link-button.tsx';
import type { DeskTier } from '#app/(reading)/_session/reading-types.ts';
import { ReadingPage } from './reading-page.tsx';

const BUILD = `web ${process.env.npm_package_version ?? '0.1.0'}`;
const IS_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The page of one batch at one tier, for a reader who has joined it; anybody else is told where to begin. */
export async function OpenDesk({ batchId, tier }: { batchId: string; tier: DeskTier }) {
  const me = await whoAmI();
  const reading = IS_ID.test(batchId)
    ? await loaded(async (call) => {
        try {
          return await call.work.reading({ batchId, tier });
        } catch (error) {
          if (error instanceof TRPCError && error.code === 'NOT_FOUND') return null;
          throw error;
        }
      })
    : null;
  if (reading === null || me === null) return <NotJoined />;
  return (
    <ReadingPage reading={reading} tier={tier} personId={me.personId} email={me.email} appBuild={BUILD} />
  );
}

function NotJoined() {
  return (
    <main className="mx-auto flex min-h-dvh max-w-[56ch] flex-col items-start justify-center gap-3 p-6">
      <h1 className="font-semibold text-xl">You have not started this batch</h1>
      <p className="text-ink-2">
        Your list of work shows what you can read now, what it pays, and why you cannot take the rest.
      </p>
      <LinkButton href="/work" variant="primary">
        Go to work for me
      </LinkButton>
    </main>
  );
}
