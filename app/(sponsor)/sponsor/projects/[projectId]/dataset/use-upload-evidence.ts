'use client';

import { useState } from 'react';
import { evidenceKinds } from '#server/datasets/rules.ts';
import type { DatasetEvidence, SafeHarborItem } from '#server/datasets/schemas.ts';
import type { DataClass } from '#server/projects/schemas.ts';
import type { HeaderLook } from './look-at-headers.ts';
import type { IdentifierHint } from './safe-harbor-checklist.tsx';

export type UploadEvidence = ReturnType<typeof useUploadEvidence>;

/** What the form holds of the evidence beside its plain fields: kind, document, the list gone through, what was found. */
export function useUploadEvidence(dataClass: DataClass) {
  const kinds = evidenceKinds(dataClass);
  const first = kinds[0] ?? 'licence';
  const [kind, setKind] = useState<DatasetEvidence['kind']>(first);
  const [document, setDocument] = useState<File | null>(null);
  const [checked, setChecked] = useState<readonly SafeHarborItem[]>([]);
  const [noActualKnowledge, setNoActualKnowledge] = useState(false);
  const [headers, setHeaders] = useState<HeaderLook | null>(null);
  const [hints, setHints] = useState<readonly IdentifierHint[]>([]);
  function reset() {
    setKind(first);
    setDocument(null);
    setChecked([]);
    setNoActualKnowledge(false);
    setHints([]);
    setHeaders(null);
  }
  return {
    kinds,
    kind,
    setKind,
    document,
    setDocument,
    checked,
    setChecked,
    noActualKnowledge,
    setNoActualKnowledge,
    hints: headers === null ? hints : [...hints, ...headers.hints],
    setHints,
    headers,
    setHeaders,
    reset,
  };
}
