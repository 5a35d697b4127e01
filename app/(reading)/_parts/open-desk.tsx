import { TRPCError } from '@trpc/server';
import { notFound } from 'next/navigation';
import { BUILD } from '#app/_shell/build.ts';
import { loaded, whoAmI } from '#app/_trpc/server.ts';
import { LinkButton } from '#app/_ui/link-button.tsx';
import type { DeskTier } from '#app/(reading)/_session/reading-types.ts';
import { isId } from '#server/core/ids.ts';
import { ReadingPage } from './reading-page.tsx';

/** The page of one batch at one tier, for a reader who has joined it; anybody else is told where to begin. */
export async function OpenDesk({ batchId, tier }: { batchId: string; tier: DeskTier }) {
  if (!isId(batchId)) notFound();
  const me = await whoAmI();
  const reading = await loaded(async (call) => {
    try {
      return await call.work.reading({ batchId, tier });
    } catch (error) {
      if (error instanceof TRPCError && error.code === 'NOT_FOUND') return null;
      throw error;
    }
  });
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
