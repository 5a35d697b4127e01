import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { AbsenceList } from './absence-list.tsx';
import { AskedOfYou } from './asked-of-you.tsx';
import { HolidayPart } from './holiday-part.tsx';
import { WeekForm } from './week-form.tsx';

export const metadata: Metadata = { title: 'Availability' };

/** When somebody can work, in their own words and zone; days away; and the rosters that ask for their hours. */
export default async function AvailabilityPage() {
  const { view, led, holidays } = await loaded(async (call) => ({
    view: await call.staffing.availability(),
    holidays: await call.staffing.holidays(),
    led: await call.staffing.ledTeam({ limit: 1 }),
  }));
  const open = view.asked.filter((one) => one.status === 'proposed').length;
  return (
    <>
      <PageHeader title="Availability">
        <AnswerLine>
          {open > 0 ? (
            <>
              <strong>{open}</strong> {open === 1 ? 'roster asks' : 'rosters ask'} for your hours.
            </>
          ) : view.availability === null ? (
            'Say when you can work: until then nobody can plan you.'
          ) : view.availability.hoursPerWeek === 0 ? (
            'You offer no hours now.'
          ) : (
            <>
              You offer <strong>{view.availability.hoursPerWeek} hours a week</strong>, in{' '}
              {view.availability.timezone}.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      {led === null ? null : (
        <p className="mb-6 text-sm">
          You lead {led.led.map((one) => one.name).join(' and ')}.{' '}
          <TextLink href="/work/team">See how far your team is booked</TextLink>
        </p>
      )}
      <div className="flex max-w-[720px] flex-col gap-10">
        {view.asked.length === 0 ? null : <AskedOfYou asked={view.asked} />}
        <WeekForm view={view} />
        <HolidayPart key={holidays.keeps} view={holidays} />
        <AbsenceList absences={view.absences} />
      </div>
    </>
  );
}
