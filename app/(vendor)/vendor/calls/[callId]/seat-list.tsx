'use client';

import { CircleAlert } from 'lucide-react';
import { useState } from 'react';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import type { SeatValues } from './bid-values.ts';
import { type Candidate, findCandidates } from './find-candidates.ts';

export type Team = { teamId: string; name: string };

type Seats = Readonly<Record<string, SeatValues>>;

type SeatListProps = {
  people: readonly Candidate[];
  teams: readonly Team[];
  overlap: number;
  seats: Seats;
  errors: Partial<Record<string, string>>;
  onChange: (seats: Seats) => void;
};

/** Rows shown at once; a search or a team finds the others. */
const SHOWN = 25;

/** Who reads for how many hours; nobody is named beforehand. Those who are named come first and stay in sight. */
export function SeatList({ people, teams, overlap, seats, errors, onChange }: SeatListProps) {
  const [text, setText] = useState('');
  const [teamId, setTeamId] = useState<string | null>(null);
  const found = findCandidates(people, { text, teamId });
  const named = people.filter((person) => seats[person.personId] !== undefined);
  const others = found.filter((person) => seats[person.personId] === undefined);
  const shown = [...named, ...others.slice(0, Math.max(0, SHOWN - named.length))];
  const hidden = others.length + named.length - shown.length;
  const without = (id: string): Seats =>
    Object.fromEntries(Object.entries(seats).filter(([personId]) => personId !== id));
  return (
    <fieldset id="field-seats" tabIndex={-1} className="flex flex-col gap-2">
      <legend className="pb-1 font-medium text-sm">People</legend>
      <p className="text-ink-3 text-sm">
        At least {overlap} annotators. Their credentials are checked when you submit, and again at every
        claim.
      </p>
      {errors.seats ? <Problem>{errors.seats}</Problem> : null}
      {people.length === 0 ? (
        <p className="text-ink-2">
          Nobody on your team reads yet. <TextLink href="/vendor/team">Invite annotators</TextLink> first.
        </p>
      ) : null}
      <div className="grid gap-2 empty:hidden sm:grid-cols-[1fr_16rem]">
        {people.length > SHOWN ? (
          <Field label={<span className="sr-only">Find people</span>}>
            <Input
              type="search"
              placeholder="Find by name or credential"
              value={text}
              onChange={(event) => setText(event.target.value)}
            />
          </Field>
        ) : null}
        {teams.length > 0 && people.length > 0 ? (
          <Field label={<span className="sr-only">Team</span>}>
            <NativeSelect
              value={teamId ?? ''}
              onChange={(event) => setTeamId(event.target.value === '' ? null : event.target.value)}
            >
              <option value="">All your people</option>
              {teams.map((team) => (
                <option key={team.teamId} value={team.teamId}>
                  {team.name}
                </option>
              ))}
            </NativeSelect>
          </Field>
        ) : null}
      </div>
      <ul className="divide-y divide-line border-line border-y empty:hidden">
        {shown.map((person) => (
          <li key={person.personId} className="flex flex-col gap-2 py-2">
            <Seat
              person={person}
              seat={seats[person.personId]}
              onChange={(seat) =>
                onChange(
                  seat === undefined ? without(person.personId) : { ...seats, [person.personId]: seat },
                )
              }
            />
            {errors[`seats.${person.personId}`] ? (
              <Problem>{errors[`seats.${person.personId}`] ?? ''}</Problem>
            ) : null}
          </li>
        ))}
      </ul>
      {people.length > SHOWN || teamId !== null ? (
        <p role="status" className="text-ink-3 text-sm">
          {named.length} named.{' '}
          {found.length === 0
            ? 'Nobody else matches.'
            : hidden > 0
              ? `${hidden} more; search to find them.`
              : 'All others who match are shown.'}
        </p>
      ) : null}
    </fieldset>
  );
}

type SeatProps = {
  person: Candidate;
  seat: SeatValues | undefined;
  onChange: (seat: SeatValues | undefined) => void;
};

function Seat({ person, seat, onChange }: SeatProps) {
  return (
    <div className="grid gap-2 sm:grid-cols-[1fr_9rem_8rem] sm:items-start">
      <Checkbox
        id={`field-seats-${person.personId}`}
        label={person.name}
        hint={person.credentials || 'No credential recorded yet'}
        checked={seat !== undefined}
        onCheckedChange={(checked) =>
          onChange(checked === true ? { role: 'annotator', hours: '10' } : undefined)
        }
      />
      {seat === undefined ? null : (
        <>
          <Field label={<span className="sr-only">Role of {person.name}</span>}>
            <NativeSelect
              value={seat.role}
              onChange={(event) => onChange({ ...seat, role: event.target.value as SeatValues['role'] })}
            >
              <option value="annotator">Annotator</option>
              <option value="reviewer">Reviewer</option>
            </NativeSelect>
          </Field>
          <Field label={<span className="sr-only">Hours per week of {person.name}</span>}>
            <Input
              inputMode="numeric"
              suffix="h a week"
              className="pr-18"
              value={seat.hours}
              onChange={(event) => onChange({ ...seat, hours: event.target.value })}
            />
          </Field>
        </>
      )}
    </div>
  );
}

function Problem({ children }: { children: string }) {
  return (
    <p className="flex items-start gap-1 text-critical-ink text-sm">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <span>{children}</span>
    </p>
  );
}
