'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { formProblems, readForm } from '#app/_shell/read-form.ts';
import type { FormProblem } from '#app/_ui/form-error-summary.tsx';
import { toast } from '#app/_ui/toast.ts';
import type { ErrorDetail } from '#server/core/errors.ts';
import { checklistFaults, evidenceFaults, needsDocument } from '#server/datasets/rules.ts';
import { importMeta } from '#server/datasets/schemas.ts';
import type { DataClass } from '#server/projects/schemas.ts';
import { rowWords } from './row-words.ts';
import { sendUpload } from './send-upload.ts';
import { type UploadEvidence, useUploadEvidence } from './use-upload-evidence.ts';

const metaInput = importMeta.omit({ projectId: true });

/** The state of an upload: what was chosen, what is wrong with the form, what is wrong in the file by line. */
export function useUpload(projectId: string, dataClass: DataClass) {
  const router = useRouter();
  const [file, setFile] = useState<File | null>(null);
  const [images, setImages] = useState<readonly File[]>([]);
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const [rows, setRows] = useState<readonly ErrorDetail[]>([]);
  const [isRefused, setIsRefused] = useState(false);
  const [pending, setPending] = useState(false);
  const evidence = useUploadEvidence(dataClass);
  // A new key empties the form after an import.
  const [round, setRound] = useState(0);

  async function upload(form: HTMLFormElement) {
    setRows([]);
    const { meta, found } = readUploadForm(form, dataClass, file, evidence);
    setProblems(found);
    setIsRefused(false);
    if (meta === null || file === null || found.length > 0) return;
    setPending(true);
    const answer = await sendUpload(projectId, { meta, file, images, document: evidence.document });
    setPending(false);
    if (answer.ok) {
      toast.success(`${answer.composition.cases.toLocaleString('en')} cases were imported.`);
      setFile(null);
      setImages([]);
      evidence.reset();
      setRound((before) => before + 1);
      router.refresh();
      return;
    }
    setIsRefused(true);
    const named = answer.details.filter((one) => one.line === undefined && isOfForm(one.path));
    // What the one sentence says already needs no line of its own.
    const lines = answer.details.filter((one) => !named.includes(one) && one.message !== answer.message);
    setRows(lines);
    setProblems(
      named.length > 0
        ? named.map(({ path, message }) => ({ name: path, message }))
        : [{ message: lines.length > 0 ? rowWords(lines.length, 'upload') : answer.message }],
    );
  }

  return { problems, rows, isRefused, pending, round, file, evidence, upload, setFile, setImages };
}

/** Whether a problem is of a field of the form rather than of the file of cases. */
const isOfForm = (path: string | undefined) =>
  path?.startsWith('evidence') || path?.startsWith('document') || path === 'noActualKnowledge';

function readUploadForm(
  form: HTMLFormElement,
  dataClass: DataClass,
  file: File | null,
  made: UploadEvidence,
) {
  const meta = metaInput.safeParse({ ...readMeta(form, made), dataClass, format: formatOf(file) });
  const found: FormProblem[] = meta.success ? [] : formProblems(meta.error);
  if (meta.success) {
    const today = new Date().toISOString().slice(0, 10);
    const faults = [
      ...evidenceFaults(dataClass, meta.data.evidence, today),
      ...checklistFaults(meta.data.evidence, made.noActualKnowledge),
    ];
    if (made.document === null && needsDocument(meta.data.evidence.kind))
      faults.push({
        code: 'evidence_document',
        path: 'document',
        message: 'Choose the document: the evidence is that document.',
      });
    found.push(...faults.map(({ path, message }) => ({ name: path, message })));
  }
  if (file === null) found.push({ name: 'file', message: 'Choose the file of cases (CSV or JSON Lines).' });
  return { meta: meta.success ? meta.data : null, found };
}

/** What was typed, with empty optional fields as null. */
function readMeta(form: HTMLFormElement, made: UploadEvidence): Record<string, unknown> {
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
    noActualKnowledge: made.noActualKnowledge,
    evidence: {
      kind: evidence.kind,
      issuer: evidence.issuer ?? '',
      reference: evidence.reference ?? '',
      issuedOn: evidence.issuedOn || null,
      expiresOn: evidence.expiresOn || null,
      sha256: null,
      ...(evidence.kind === 'safe_harbor_checklist' ? { checklist: [...made.checked] } : {}),
      ...(made.headers === null ? {} : { headerCheck: made.headers.check }),
    },
  };
}

export const formatOf = (file: File | null) =>
  file !== null && /\.(jsonl|ndjson)$/i.test(file.name) ? 'jsonl' : 'csv';
