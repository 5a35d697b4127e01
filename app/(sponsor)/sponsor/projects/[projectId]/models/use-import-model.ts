'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { formProblems } from '#app/_shell/read-form.ts';
import { useTRPC } from '#app/_trpc/client.tsx';
import { callErrorData } from '#app/_trpc/query-client.ts';
import type { FormProblem } from '#app/_ui/form-error-summary.tsx';
import { toast } from '#app/_ui/toast.ts';
import { rowWords } from '#app/(sponsor)/sponsor/projects/[projectId]/dataset/row-words.ts';
import { AppError, type ErrorDetail } from '#server/core/errors.ts';
import { decodeText } from '#server/datasets/decode-text.ts';
import { importModelInput, MODEL_LIMITS, type ModelCheck } from '#server/models/schemas.ts';

type Values = { datasetId: string; name: string; version: string; text: string };

/** The state of an import: what was chosen, what is wrong in the form and in the file by line, what the file comes to. */
export function useImportModel(projectId: string, datasetId: string) {
  const trpc = useTRPC();
  const router = useRouter();
  const [values, setValues] = useState<Values>({ datasetId, name: '', version: '', text: '' });
  const [problems, setProblems] = useState<readonly FormProblem[]>([]);
  const [rows, setRows] = useState<readonly ErrorDetail[]>([]);
  const [counts, setCounts] = useState<{ of: Values; check: ModelCheck } | null>(null);
  // What was counted of other words, while it was on its way too, is no count of these.
  const checked = counts?.of === values ? counts.check : null;
  // A new key empties the box of the file after an import; the keyboard stays on the button.
  const [round, setRound] = useState(0);
  const refuse = (error: { message: string }) => {
    const details = callErrorData(error)?.details ?? [];
    setCounts(null);
    setRows(details);
    setProblems([{ message: details.length > 0 ? rowWords(details.length, 'import') : error.message }]);
  };
  const check = useMutation(trpc.models.check.mutationOptions({ onError: refuse }));
  const keep = useMutation(
    trpc.models.import.mutationOptions({
      onSuccess: ({ modelId, answers }) => {
        toast.success(`${answers.toLocaleString('en')} answers were imported.`);
        setValues({ datasetId: values.datasetId, name: '', version: '', text: '' });
        setCounts(null);
        setRound((before) => before + 1);
        router.push(`/sponsor/projects/${projectId}/models?model=${modelId}`);
        router.refresh();
      },
      onError: refuse,
    }),
  );
  const isPending = check.isPending || keep.isPending;
  const set = (part: Partial<Values>) => setValues((before) => ({ ...before, ...part }));
  return {
    values,
    problems,
    rows,
    checked,
    round,
    set,
    isPending,
    readFile: async (file: File | undefined) => {
      setProblems([]);
      setRows([]);
      set({ text: '' });
      if (file === undefined) return;
      const { text, fault } = await textOf(file);
      if (fault !== null) setProblems([{ name: 'text', message: fault }]);
      set({ text });
    },
    submit: () => {
      if (isPending) return;
      setRows([]);
      const parsed = importModelInput.safeParse({ projectId, ...values });
      setProblems(parsed.success ? [] : formProblems(parsed.error));
      if (!parsed.success) return;
      if (checked === null)
        check.mutate(parsed.data, { onSuccess: (found) => setCounts({ of: values, check: found }) });
      else keep.mutate(parsed.data);
    },
  };
}

async function textOf(file: File): Promise<{ text: string; fault: string | null }> {
  if (file.size > MODEL_LIMITS.characters)
    return { text: '', fault: 'A file has at most 16 MB. Leave columns out that are no answers.' };
  try {
    return { text: decodeText(new Uint8Array(await file.arrayBuffer())), fault: null };
  } catch (error) {
    const fault = error instanceof AppError ? error.message : 'The file could not be read. Choose it again.';
    return { text: '', fault };
  }
}
