'use client';

import { useState } from 'react';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { RadioCards } from '#app/_ui/radio-cards.tsx';
import type { CallValues } from './call-values.ts';

export type VendorChoice = { orgId: string; name: string; country: string; fits: boolean };

type CallAudienceProps = {
  values: CallValues;
  wrong: Partial<Record<string, string>>;
  set: (part: Partial<CallValues>) => void;
  vendors: readonly VendorChoice[];
};

/** Who may bid until when, who may ask until when, and when the sponsor sees the bids. */
export function CallAudience({ values, wrong, set, vendors }: CallAudienceProps) {
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="pb-3 font-semibold text-lg">Bids</legend>
      <Field label="Who may bid" name="visibility">
        <RadioCards
          columns={3}
          value={values.visibility}
          onValueChange={(visibility) => set({ visibility: visibility as CallValues['visibility'] })}
          options={[
            { value: 'public', label: 'Every vendor', hint: 'Listed for all; each verified vendor may bid.' },
            { value: 'invited', label: 'Invited vendors', hint: 'Listed for all; others ask to be invited.' },
            { value: 'private', label: 'Private', hint: 'Only the invited know that there is a call.' },
          ]}
        />
      </Field>
      {values.visibility === 'public' ? null : (
        <InviteList values={values} wrong={wrong} set={set} vendors={vendors} />
      )}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Bids are taken until"
          name="closesAt"
          hint="In UTC. It can be moved to later, never to earlier."
          error={wrong.closesAt}
        >
          <Input
            type="datetime-local"
            value={values.closesAt}
            onChange={(event) => set({ closesAt: event.target.value })}
          />
        </Field>
        <Field
          label="Questions are taken until"
          name="questionsUntil"
          hint="In UTC; as long as bids when empty."
          optional
          error={wrong.questionsUntil}
        >
          <Input
            type="datetime-local"
            value={values.questionsUntil}
            onChange={(event) => set({ questionsUntil: event.target.value })}
          />
        </Field>
      </div>
      <Checkbox
        label="Seal the bids until then"
        hint="You see how many are in, and nothing else of them, until bids are no longer taken."
        checked={values.isSealed}
        onCheckedChange={(checked) => set({ isSealed: checked === true })}
      />
    </fieldset>
  );
}

function InviteList({ values, wrong, set, vendors }: CallAudienceProps) {
  const [search, setSearch] = useState('');
  const invited = new Set(values.invitedOrgIds);
  const wanted = search.trim().toLowerCase();
  const shown = vendors.filter((one) => one.name.toLowerCase().includes(wanted));
  return (
    <fieldset id="field-invitedOrgIds" tabIndex={-1} className="flex flex-col gap-2">
      <legend className="pb-1 font-medium text-sm">Invite ({invited.size})</legend>
      {wrong.invitedOrgIds ? <p className="text-critical-ink text-sm">{wrong.invitedOrgIds}</p> : null}
      {vendors.length > 8 ? (
        <Field label="Find a vendor" labelHidden>
          <Input
            type="search"
            placeholder="Find a vendor"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
        </Field>
      ) : null}
      <ul className="max-h-64 divide-y divide-line overflow-y-auto border-line border-y">
        {shown.map((one) => (
          <li key={one.orgId} className="py-1.5">
            <Checkbox
              label={one.name}
              hint={`${one.country} · ${one.fits ? 'passes every gate' : 'fails a gate of this project'}`}
              checked={invited.has(one.orgId)}
              onCheckedChange={(checked) =>
                set({
                  invitedOrgIds:
                    checked === true
                      ? [...values.invitedOrgIds, one.orgId]
                      : values.invitedOrgIds.filter((id) => id !== one.orgId),
                })
              }
            />
          </li>
        ))}
        {shown.length === 0 ? <li className="py-2 text-ink-2 text-sm">No vendor of that name.</li> : null}
      </ul>
    </fieldset>
  );
}
