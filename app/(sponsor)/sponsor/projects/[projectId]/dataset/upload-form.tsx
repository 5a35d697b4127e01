'use client';

import { byField } from '#app/_shell/read-form.ts';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FileDrop } from '#app/_ui/file-drop.tsx';
import { FormErrorSummary } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import type { DataClass } from '#server/projects/schemas.ts';
import { EvidencePart } from './evidence-part.tsx';
import { RowErrors } from './row-errors.tsx';
import { useUpload } from './use-upload.ts';

type UploadFormProps = { projectId: string; dataClass: DataClass; isFirst: boolean };
type Errors = Partial<Record<string, string>>;

/** Upload of a file of cases with its images: checked whole before anything is kept, every problem by its line. */
export function UploadForm({ projectId, dataClass, isFirst }: UploadFormProps) {
  const { problems, rows, isRefused, pending, round, file, evidence, upload, setFile, setImages } = useUpload(
    projectId,
    dataClass,
  );
  const errors: Errors = byField(problems);
  return (
    <section aria-labelledby="upload-title" className="max-w-[720px] border-line border-t pt-6">
      <h2 id="upload-title" className="mb-3 font-semibold text-lg">
        {isFirst ? 'Upload cases' : 'Upload another dataset'}
      </h2>
      <FormErrorSummary problems={problems} {...(isRefused ? { title: 'Nothing was imported' } : {})} />
      {rows.length === 0 ? null : <RowErrors rows={rows} />}
      <form
        key={round}
        noValidate
        className="mt-4 flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          void upload(event.currentTarget);
        }}
      >
        <Field label="Name" name="name" error={errors.name} required>
          <Input name="name" />
        </Field>
        <FileFields errors={errors} onFile={setFile} onImages={setImages} />
        <div className="grid gap-4 sm:grid-cols-2">
          <Field
            label="Legal basis"
            name="legalBasis"
            hint="On what ground the data is used here"
            error={errors.legalBasis}
            required
          >
            <Input name="legalBasis" />
          </Field>
          <Field
            label="Country of the data subjects"
            name="subjectRegion"
            hint="Two letters, when known"
            error={errors.subjectRegion}
            optional
          >
            <Input name="subjectRegion" maxLength={2} />
          </Field>
        </div>
        <EvidencePart
          projectId={projectId}
          dataClass={dataClass}
          errors={errors}
          file={file}
          made={evidence}
        />
        <div className="flex justify-end">
          <Button type="submit" variant="primary" pending={pending}>
            Check and import
          </Button>
        </div>
      </form>
    </section>
  );
}

type FileFieldsProps = {
  errors: Errors;
  onFile: (file: File | null) => void;
  onImages: (images: readonly File[]) => void;
};

function FileFields({ errors, onFile, onImages }: FileFieldsProps) {
  return (
    <>
      <Field
        label="File of cases"
        name="file"
        hint="Columns: case_id, patient_key, site, then text:… or image:… to read. Optional: split, context:…, subgroup:…, gold:FIELD with gold_source."
        error={errors.file}
        required
      >
        <FileDrop
          accept=".csv,.jsonl,.ndjson"
          hint="CSV or JSON Lines in UTF-8, up to 64 MB and 200,000 cases"
          onFiles={([chosen]) => onFile(chosen ?? null)}
        />
      </Field>
      <Field
        label="Images"
        name="images"
        hint="Those that the file names; leave out when there are only texts"
        optional
      >
        <FileDrop
          accept=".png,.jpg,.jpeg,.webp"
          multiple
          hint="PNG, JPEG or WebP, up to 20 MB each and 256 MB in all"
          onFiles={onImages}
        />
      </Field>
    </>
  );
}
