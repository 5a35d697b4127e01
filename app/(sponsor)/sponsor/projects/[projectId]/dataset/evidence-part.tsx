'use client';

import { useState } from 'react';
import { useTRPCClient } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { IDENTIFIER_CLASSES } from '#server/datasets/identifier-hints.ts';
import type { DataClass } from '#server/projects/schemas.ts';
import { DicomHeaders } from './dicom-headers.tsx';
import { DocumentFields } from './document-fields.tsx';
import { EvidenceFields } from './renew-evidence.tsx';
import { HintsByKind, SafeHarborChecklist } from './safe-harbor-checklist.tsx';
import { formatOf } from './use-upload.ts';
import type { UploadEvidence } from './use-upload-evidence.ts';

type EvidencePartProps = {
  projectId: string;
  dataClass: DataClass;
  errors: Partial<Record<string, string>>;
  /** The file of cases, when it is chosen. */
  file: File | null;
  made: UploadEvidence;
};

/** The evidence of a new dataset: fields, document, and for de-identified data what the detectors find before the import. */
export function EvidencePart({ projectId, dataClass, errors, file, made }: EvidencePartProps) {
  return (
    <fieldset className="flex flex-col gap-4">
      <legend className="pb-2 font-medium text-sm">Evidence that the data is what it is declared as</legend>
      <EvidenceFields kind={made.kind} kinds={made.kinds} errors={errors} onKind={made.setKind} />
      <DocumentFields kind={made.kind} errors={errors} onFile={made.setDocument} />
      {IDENTIFIER_CLASSES.has(dataClass) ? (
        <>
          <DicomHeaders onLook={made.setHeaders} />
          <LookForIdentifiers projectId={projectId} file={file} made={made} />
        </>
      ) : null}
      {made.kind === 'safe_harbor_checklist' ? (
        <SafeHarborChecklist
          checked={made.checked}
          noActualKnowledge={made.noActualKnowledge}
          hints={made.hints}
          errors={errors}
          onChecked={made.setChecked}
          onNoActualKnowledge={made.setNoActualKnowledge}
        />
      ) : (
        <HintsByKind hints={made.hints} />
      )}
    </fieldset>
  );
}

/** Looks through the chosen file before anything is imported; the answer stands beside the list it helps with. */
function LookForIdentifiers({
  projectId,
  file,
  made,
}: Pick<EvidencePartProps, 'projectId' | 'file' | 'made'>) {
  const client = useTRPCClient();
  const [pending, setPending] = useState(false);
  const [says, setSays] = useState<string | null>(null);

  async function look() {
    if (file === null) {
      setSays('Choose the file of cases first.');
      return;
    }
    setPending(true);
    try {
      const found = await client.datasets.lookForIdentifiers.mutate({
        projectId,
        format: formatOf(file),
        text: await file.text(),
      });
      made.setHints(found.hints);
      setSays(found.problems > 0 && found.cases === 0 ? UNREAD : lookWords(found));
    } catch (error) {
      setSays(error instanceof Error ? error.message : 'The file could not be looked through. Try again.');
    }
    setPending(false);
  }

  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button type="button" pending={pending} onClick={look}>
        Look for identifiers
      </Button>
      <p aria-live="polite" className="prose-width text-ink-2 text-sm">
        {says ?? 'Looks through texts and columns for what seems to identify somebody. Help, not proof.'}
      </p>
    </div>
  );
}

const UNREAD = 'The file has problems that keep it from being read. “Check and import” lists them by line.';

const lookWords = ({ cases, hints }: { cases: number; hints: readonly unknown[] }) =>
  hints.length === 0
    ? `Nothing was found in ${cases.toLocaleString('en')} cases. That is no proof: go through the list all the same.`
    : `${hints.length} ${hints.length === 1 ? 'thing' : 'things'} to look at in ${cases.toLocaleString('en')} cases.`;
