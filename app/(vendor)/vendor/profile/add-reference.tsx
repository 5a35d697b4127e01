'use client';

import { FormDialog } from '#app/_shell/form-dialog.tsx';
import { sendChecked } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Checkbox } from '#app/_ui/checkbox.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { addReferenceInput } from '#server/vendors/schemas.ts';

/** Names a client, with its leave. */
export function AddReference() {
  const client = useTRPCClient();
  return (
    <FormDialog
      verb="Add reference"
      title="Add reference"
      done="The reference is shown to sponsors you bid with."
      onSend={(values) =>
        sendChecked(
          addReferenceInput,
          {
            client: values.client,
            work: values.work,
            yearFrom: Number(values.yearFrom || Number.NaN),
            yearTo: values.yearTo === '' ? null : Number(values.yearTo),
            mayShow: values.mayShow === 'on',
          },
          client.vendors.addReference.mutate,
        )
      }
    >
      {(errors) => (
        <>
          <Field label="Client" name="client" error={errors.client}>
            <Input name="client" />
          </Field>
          <Field label="What was done" name="work" error={errors.work}>
            <Textarea name="work" rows={3} />
          </Field>
          <div className="grid gap-4 sm:grid-cols-2">
            <Field label="From year" name="yearFrom" hint="Such as 2021" error={errors.yearFrom}>
              <Input name="yearFrom" inputMode="numeric" />
            </Field>
            <Field label="To year" name="yearTo" optional hint="Empty: it goes on" error={errors.yearTo}>
              <Input name="yearTo" inputMode="numeric" />
            </Field>
          </div>
          <Checkbox name="mayShow" label="The client has agreed to be named" />
          {errors.mayShow ? <p className="text-critical-ink text-xs">{errors.mayShow}</p> : null}
        </>
      )}
    </FormDialog>
  );
}
