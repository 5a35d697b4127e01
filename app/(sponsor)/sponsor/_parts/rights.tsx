import type { ReactNode } from 'react';
import { whoAmI } from '#app/_trpc/server.ts';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import type { Capability } from '#server/command/capabilities.ts';

/** Whether the signed-in person's role has a right here; what to show, never what to protect (the procedure does that). */
export async function hasRight(can: Capability): Promise<boolean> {
  return (await whoAmI())?.capabilities.includes(can) ?? false;
}

/** In place of a page that the person's role does not include. */
export function NotForYourRole({ what, who }: { what: ReactNode; who: string }) {
  return (
    <DecisionNote
      outcome="refused"
      title={<>Your role does not include {what}.</>}
      changes={[{ says: `Ask ${who}, or an owner of your organisation to give you the role.` }]}
    />
  );
}
