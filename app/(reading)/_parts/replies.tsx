import { DateTime } from '#app/_ui/date-time.tsx';
import type { Reading } from '#app/(reading)/_session/reading-types.ts';

/** What was answered to what one has said about cases of this batch (R24), newest first. */
export function Replies({ replies }: { replies: Reading['replies'] }) {
  if (replies.length === 0) return null;
  return (
    <section aria-label="Answers to what you said" className="flex flex-col gap-2 text-sm">
      <h3 className="font-semibold">Answers to what you said</h3>
      <ul className="flex flex-col gap-3">
        {replies.map((reply) => (
          <li key={`${reply.answeredAt.toISOString()} ${reply.asked}`} className="flex flex-col gap-1">
            <p className="whitespace-pre-wrap text-ink-3">
              {reply.asked} <DateTime at={reply.answeredAt} className="text-xs" />
            </p>
            <p className="whitespace-pre-wrap border-line-strong border-l-2 pl-3">{reply.answer}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
