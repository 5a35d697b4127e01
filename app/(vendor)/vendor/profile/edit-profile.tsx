'use client';

import { FormDialog } from '#app/_shell/form-dialog.tsx';
import { sendChecked } from '#app/_shell/read-form.ts';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { saveProfileInput } from '#server/vendors/schemas.ts';
import type { VendorPage } from '#server/vendors/view-schemas.ts';

const list = (value: unknown) =>
  String(value ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '');

/** Who the vendor is, what it reads, from where. */
export function EditProfile({ profile }: { profile: VendorPage['profile'] }) {
  const client = useTRPCClient();
  return (
    <div>
      <FormDialog
        verb="Write profile"
        title="Write profile"
        done="Saved. Sponsors you bid with see it."
        onSend={({ about, regions, focus }) =>
          sendChecked(
            saveProfileInput,
            {
              about,
              regions: list(regions).map((code) => code.toUpperCase()),
              focus: list(focus),
            },
            client.vendors.saveProfile.mutate,
          )
        }
      >
        {(errors) => (
          <>
            <Field label="Who you are and what you read" name="about" error={errors.about}>
              <Textarea name="about" rows={5} defaultValue={profile?.about ?? ''} />
            </Field>
            <Field
              label="Countries you read from"
              name="regions"
              hint="Two letters each, with commas: US, IN"
              error={errors.regions ?? errors['regions.0']}
            >
              <Input name="regions" defaultValue={profile?.regions.map((one) => one.code).join(', ') ?? ''} />
            </Field>
            <Field
              label="Fields of work"
              name="focus"
              optional
              hint="With commas: chest CT, dermatoscopy"
              error={errors.focus}
            >
              <Input name="focus" defaultValue={profile?.focus.join(', ') ?? ''} />
            </Field>
          </>
        )}
      </FormDialog>
    </div>
  );
}
