import type { PageRefusal } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { AnswersWithheld } from '#app/(sponsor)/sponsor/_parts/answers-withheld.tsx';

export type WithheldQualityProps = {
  title: string;
  /** The page without its batch. */
  href: string;
  batches: { chosen: { id: string; name: string }; choices: readonly { id: string; label: string }[] };
  refusal: PageRefusal;
};

/** R15: a pilot whose reading is over waits for the others of its call; why, and the way to the batches that are shown. */
export function WithheldQuality({ title, href, batches, refusal }: WithheldQualityProps) {
  const others = batches.choices.filter((one) => one.id !== batches.chosen.id);
  return (
    <>
      <PageHeader title={title}>
        <AnswerLine>The quality of {batches.chosen.name} is not shown yet.</AnswerLine>
      </PageHeader>
      <AnswersWithheld refusal={refusal} />
      {others.length === 0 ? null : (
        <p className="flex flex-wrap gap-x-4 gap-y-1 text-sm">
          Other batches:
          {others.map((one) => (
            <TextLink key={one.id} href={`${href}?batch=${one.id}`}>
              {one.label}
            </TextLink>
          ))}
        </p>
      )}
    </>
  );
}
