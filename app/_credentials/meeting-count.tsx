'use client';

import { useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { credentialRule } from '#server/credentials/schemas.ts';
import { type GroupValues, toRule } from './rule-values.ts';

/** How many people meet the rule now; says so when nobody does, before anything is published. */
export function MeetingCount({ value, whose }: { value: GroupValues; whose: 'everybody' | 'own' }) {
  const trpc = useTRPC();
  const parsed = credentialRule.safeParse(toRule(useDeferredValue(value)));
  const rule = parsed.success ? parsed.data : { anyOf: [] };
  const options = {
    enabled: parsed.success && rule.anyOf.length > 0,
    placeholderData: <T,>(before: T) => before,
  };
  const everybody = useQuery(
    trpc.matching.countMeeting.queryOptions(
      { rule },
      { ...options, enabled: options.enabled && whose === 'everybody' },
    ),
  );
  const own = useQuery(
    trpc.matching.countOwnMeeting.queryOptions(
      { rule },
      { ...options, enabled: options.enabled && whose === 'own' },
    ),
  );
  const { data } = whose === 'own' ? own : everybody;
  if (rule.anyOf.length === 0 || data === undefined) return null;
  const people = whose === 'own' ? 'of your people' : 'people who read here';
  if (data.meeting === 0)
    return (
      <p role="alert" className="mt-1 font-medium text-critical-ink">
        Nobody meets it now, of {data.all} {people}. Ask for less, or say what may stand in its place.
      </p>
    );
  return (
    <p className="mt-1">
      <strong className="tabular-nums">{data.meeting}</strong> of {data.all} {people}{' '}
      {data.meeting === 1 ? 'meets' : 'meet'} it now
      {whose === 'everybody' ? `; ${data.independents} of them on their own account` : ''}.
    </p>
  );
}
