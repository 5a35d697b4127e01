'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useState } from 'react';
import { byField, formProblems, readForm } from '#app/_shell/read-form.ts';
import { Button } from '#app/_ui/button.tsx';
import { Field } from '#app/_ui/field.tsx';
import { FileDrop } from '#app/_ui/file-drop.tsx';
import { FormErrorSummary, type FormProblem } from '#app/_ui/form-error-summary.tsx';
import { Input } from '#app/_ui/input.tsx';
import { NativeSelect } from '#app/_ui/native-select.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { evidenceFaults, evidenceKinds } from '#server/datasets/rules.ts';
import { importMeta } from '#server/datasets/schemas.ts';
import type { DataClass } from '#server/projects/schemas.ts';
import { RowErrors } from './row-errors.tsx';
import { sendUpload } from './send-upload.ts';

const EVIDENCE_WORDS: Record<string, string> = {
  safe_harbor_checklist: 'Safe Harbor checklist',
  expert_determination: 'Expert determination',
  data_use_agreement: 'Data use agreement',
  baa: 'Business associate agreement with the source',
  processing_agreement: 'Processing agreement',
  licence: 'Licence',
  generator: 'Generator',
  none: 'None: we are the source',
};

const metaInput = importMeta.omit({ projectId: true });
type UploadFormProps = { projectId: string; dataClass: DataClass; isFirst: boolean };

/** Upload of a file of cases with its images: checked whole before anything is kept, every problem by its line. */
export function UploadForm({ projectId, dataClass, isFirst }: UploadFormProps) {
  const router = useRouter();
  const [file, setFile] = useState<File | null>(null);
  const [images, setImages] = useState<readonly File[]>([]);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const [rows, setRows] = useState<readonly ErrorDetail[]>([]);
  const [pending, setPending] = useState(false);
  // A new key empties the form after an import.
  const [round, setRound] = useState(0);

  async function upload(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    setRows([]);
    const meta = metaInput.safeParse({ ...readMeta(form), dataClass, format: formatOf(file) });
    const found: FormProblem[] = meta.success ? [] : formProblems(meta.error);
    if (meta.success) {
      const today = new Date().toISOString().slice(0, 10);
      for (const { path, message } of evidenceFaults(dataClass, meta.data.evidence, today))
        found.push({ name: path, message });
    }
    if (file === null) found.push({ name: 'file', message: 'Choose the file of cases (CSV or JSON Lines).' });
    setProblems(found);
    if (!meta.success || file === null || found.length > 0) return;
    setPending(true);
    const answer = await sendUpload(projectId, { meta: meta.data, file, images });
    setPending(false);
    if (answer.ok) {
      toast.success(`${answer.composition.cases.toLocaleString('en')} cases were imported.`);
      setFile(null);
      setImages([]);
      setRound((before) => before + 1);
      router.refresh();
      return;
    }
    const named = answer.details.filter((one) => one.line === undefined && one.path?.startsWith('evidence'));
    setRows(answer.details.filter((one) => !named.includes(one)));
    setProblems(
      named.length > 0
        ? named.map(({ path, message }) => ({ name: path, message }))
        : [{ message: answer.message }],
    );
  }

  const errors = byField(problems);
  const kinds = evidenceKinds(dataClass);
  return (
    <section aria-labelledby="upload-title" className="max-w-[720px] border-line border-t pt-6">
      <h2 id="upload-title" className="mb-3 font-semibold text-lg">
        {isFirst ? 'Upload cases' : 'Upload another dataset'}
      </h2>
      <FormErrorSummary problems={problems} />
      {rows.length === 0 ? null : <RowErrors rows={rows} />}
      <form key={round} noValidate onSubmit={upload} className="mt-4 flex flex-col gap-4">
        <Field label="Name" name="name" error={errors.name} required>
          <Input name="name" />
        </Field>
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
            onFiles={([chosen]) => setFile(chosen ?? null)}
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
            onFiles={setImages}
          />
        </Field>
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
        <fieldset className="grid gap-4 sm:grid-cols-2">
          <legend className="pb-2 font-medium text-sm">
            Evidence that the data is what it is declared as
          </legend>
          <Field label="Kind" name="evidence.kind" error={errors['evidence.kind']}>
            <NativeSelect name="evidence.kind" defaultValue={kinds[0]}>
              {kinds.map((kind) => (
                <option key={kind} value={kind}>
                  {EVIDENCE_WORDS[kind]}
                </option>
              ))}
            </NativeSelect>
          </Field>
          <Field label="Issued by" name="evidence.issuer" error={errors['evidence.issuer']}>
            <Input name="evidence.issuer" />
          </Field>
          <Field
            label="Reference"
            name="evidence.reference"
            hint="Document number, licence name or link"
            error={errors['evidence.reference']}
            className="sm:col-span-2"
          >
            <Input name="evidence.reference" />
          </Field>
          <Field label="Issued on" name="evidence.issuedOn" error={errors['evidence.issuedOn']} optional>
            <Input type="date" name="evidence.issuedOn" />
          </Field>
          <Field label="Holds until" name="evidence.expiresOn" error={errors['evidence.expiresOn']} optional>
            <Input type="date" name="evidence.expiresOn" />
          </Field>
        </fieldset>
        <div className="flex justify-end">
          <Button type="submit" variant="primary" pending={pending}>
            Check and import
          </Button>
        </div>
      </form>
    </section>
  );
}

/** What was typed, with empty optional fields as null. */
function readMeta(form: HTMLFormElement): Record<string, unknown> {
  const {
    evidence = {},
    subjectRegion,
    ...rest
  } = readForm(form) as Record<string, unknown> & {
    evidence?: Record<string, string>;
    subjectRegion?: string;
  };
  return {
    ...rest,
    subjectRegion: subjectRegion ? subjectRegion.toUpperCase() : null,
    evidence: {
      kind: evidence.kind,
      issuer: evidence.issuer ?? '',
      reference: evidence.reference ?? '',
      issuedOn: evidence.issuedOn || null,
      expiresOn: evidence.expiresOn || null,
      sha256: null,
    },
  };
}

const formatOf = (file: File | null) =>
  file !== null && /\.(jsonl|ndjson)$/i.test(file.name) ? 'jsonl' : 'csv';
