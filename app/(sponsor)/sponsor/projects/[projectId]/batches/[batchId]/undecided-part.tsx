import type { inferRouterOutputs } from '@trpc/server';
import { TextLink } from '#app/_ui/text-link.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import { Section } from '#app/(sponsor)/sponsor/_parts/section.tsx';
import type { AppRouter } from '#server/routers/_app.ts';
import { readAgainWords, WHY_UNDECIDED } from './undecided-words.ts';

type Undecided = inferRouterOutputs<AppRouter>['labels']['undecided'];

/** Cases that nobody decided, why, and the way to have them read again; nothing where every case is decided. */
export function UndecidedPart({
  undecided,
  relabelHref,
}: {
  undecided: Undecided;
  /** A relabel batch of exactly these cases; null for whom it is not theirs to order. */
  relabelHref: string | null;
}) {
  if (undecided.cases === 0) return null;
  return (
    <Section
      title={<span id="undecided">{counted(undecided.cases, 'case')} left undecided</span>}
      says={
        relabelHref === null
          ? 'Other people can read them again, and the labels of then stay beside the new ones. The project manager or the owner orders that.'
          : 'Other people can read them again, and the labels of then stay beside the new ones.'
      }
    >
      <ul className="flex flex-col gap-1.5 text-sm">
        {undecided.because.map((one) => (
          <li key={one.why} className="prose-width">
            <strong>{counted(one.cases, 'case')}</strong> {WHY_UNDECIDED[one.why][one.cases === 1 ? 0 : 1]}
            {readAgainWords(one)}
          </li>
        ))}
        {relabelHref === null ? null : (
          <li>
            <TextLink href={relabelHref}>Have these cases read again</TextLink>
          </li>
        )}
      </ul>
    </Section>
  );
}
