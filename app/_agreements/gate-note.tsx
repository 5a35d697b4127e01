import type { z } from 'zod';
import { DecisionNote } from '#app/_ui/decision-note.tsx';
import type { decisionView } from '#server/agreements/schemas.ts';

export type GateNoteProps = {
  decision: z.infer<typeof decisionView>;
  /** What it is about: a project's title, "this case". */
  subject: string;
  /** The viewer's area, such as `/vendor`: links lead there only. Left out on the page they would lead to. */
  area?: string | undefined;
};

/** The gate's answer in words: the basis when it opens, every failing point with what would change it when not. */
export function GateNote({ decision, subject, area }: GateNoteProps) {
  if (decision.allowed) {
    return <DecisionNote outcome="allowed" title={`${subject} opens`} basis={decision.basis} />;
  }
  return (
    <DecisionNote
      outcome="refused"
      title={`${subject} does not open yet`}
      because={decision.reasons.length === 1 ? undefined : `${decision.reasons.length} things are missing.`}
      changes={decision.reasons.map((reason) => ({
        says: reason.message,
        ...(area !== undefined && reason.href?.startsWith(area)
          ? { href: reason.href, linkLabel: 'Open agreements' }
          : {}),
      }))}
    />
  );
}
