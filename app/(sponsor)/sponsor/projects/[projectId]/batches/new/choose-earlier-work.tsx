'use client';

import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { batchLine, type EarlierBatch } from './batch-line.ts';
import type { CaseChoice } from './case-choice.ts';

export type ProtocolChoice = { id: string; version: number };

export type ChooseEarlierWorkProps = {
  choice: CaseChoice;
  onChange: (part: Partial<CaseChoice>) => void;
  batches: readonly EarlierBatch[];
  protocols: readonly ProtocolChoice[];
};

/** Of a relabel: what earlier batches made of a case. */
export function ChooseEarlierWork({ choice, onChange, batches, protocols }: ChooseEarlierWorkProps) {
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="pb-3 font-semibold text-lg">By what earlier work says</legend>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label="Labelled in" name="fromBatch">
          <NativeSelect
            value={choice.fromBatch}
            onChange={(event) => onChange({ fromBatch: event.target.value, reader: '' })}
          >
            <option value="">Any batch</option>
            {batches.map((one) => (
              <option key={one.id} value={one.id}>
                {batchLine(one)}
              </option>
            ))}
          </NativeSelect>
        </Field>
        {choice.fromBatch === '' ? null : (
          <Field
            label="Read by"
            name="reader"
            optional
            hint="The reader’s name in that batch, for example R02."
          >
            <Input
              value={choice.reader}
              onChange={(event) => onChange({ reader: event.target.value.trim() })}
            />
          </Field>
        )}
        <Field label="Doubt" name="doubt">
          <NativeSelect
            value={choice.doubt}
            onChange={(event) => onChange({ doubt: event.target.value as CaseChoice['doubt'] })}
          >
            <option value="">Any</option>
            <option value="disputed">Its readers were divided</option>
            <option value="asked">A reader asked about it</option>
            <option value="doubtful">Its readers were divided, or one asked</option>
            <option value="uncertain">A field was left undecided</option>
          </NativeSelect>
        </Field>
        <Field label="In a relabel batch already" name="again">
          <NativeSelect
            value={choice.again}
            onChange={(event) => onChange({ again: event.target.value as CaseChoice['again'] })}
          >
            <option value="">Either</option>
            <option value="left_out">Left out while that batch is under way</option>
          </NativeSelect>
        </Field>
        {protocols.length < 2 ? null : (
          <Field label="Under protocol version" name="protocolVersionId">
            <NativeSelect
              value={choice.protocolVersionId}
              onChange={(event) => onChange({ protocolVersionId: event.target.value })}
            >
              <option value="">Any</option>
              {protocols.map(({ id, version }) => (
                <option key={id} value={id}>
                  Version {version}
                </option>
              ))}
            </NativeSelect>
          </Field>
        )}
      </div>
    </fieldset>
  );
}
