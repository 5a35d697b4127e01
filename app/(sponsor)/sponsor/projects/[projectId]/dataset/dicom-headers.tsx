'use client';

import { useState } from 'react';
import { Field } from '#app/_ui/field.tsx';
import { FileDrop } from '#app/_ui/file-drop.tsx';
import { ToneIcon } from '#app/_ui/tone-icon.tsx';
import type { HeaderLook } from './look-at-headers.ts';

const MANY = 500;

/** Looks at the headers of the DICOM files that images or texts were made from; the files stay on this computer. */
export function DicomHeaders({ onLook }: { onLook: (look: HeaderLook | null) => void }) {
  const [says, setSays] = useState<string | null>(null);
  const [refused, setRefused] = useState<HeaderLook['refused']>([]);

  async function look(files: readonly File[]) {
    setRefused([]);
    if (files.length === 0) {
      setSays(null);
      onLook(null);
      return;
    }
    // The reader of headers comes with the first file, not with the page.
    const { lookAtHeaders } = await import('./look-at-headers.ts');
    const found = await lookAtHeaders(files, (done) =>
      setSays(`Looked at ${done.toLocaleString('en')} of ${files.length.toLocaleString('en')} files.`),
    );
    setRefused(found.refused);
    setSays(lookWords(found, files.length));
    onLook(found);
  }

  return (
    <div className="flex flex-col gap-2">
      <Field
        label="DICOM files to look at"
        name="dicom"
        hint="Those that the images were made from: headers only, by the confidentiality profile of the standard (PS3.15). They stay on this computer; pixels and what follows them are not looked at."
        optional
      >
        <FileDrop multiple hint={`Up to ${MANY} files of any size`} onFiles={(files) => void look(files)} />
      </Field>
      <p aria-live="polite" className="text-ink-2 text-sm">
        {says}
      </p>
      {refused.length === 0 ? null : (
        <ul aria-label="Files that were not read" className="flex flex-col gap-1">
          {refused.slice(0, 5).map(({ name, message }) => (
            <li key={name} className="flex items-start gap-1.5 text-xs">
              <ToneIcon tone="critical" className="mt-0.5 size-3.5 shrink-0" />
              <span className="min-w-0 break-words">
                <span className="font-mono">{name}</span>: {message}
              </span>
            </li>
          ))}
          {refused.length > 5 ? (
            <li className="text-ink-3 text-xs">and {(refused.length - 5).toLocaleString('en')} more files</li>
          ) : null}
        </ul>
      )}
    </div>
  );
}

function lookWords({ check, hints }: HeaderLook, chosen: number): string {
  const files = `${check.files.toLocaleString('en')} ${check.files === 1 ? 'header' : 'headers'}`;
  const rest =
    chosen > MANY ? ` The first ${MANY} of ${chosen.toLocaleString('en')} files were looked at.` : '';
  if (check.files === 0) return `None of the files could be read.${rest}`;
  if (hints.length === 0)
    return `Nothing was found in ${files}. That is no proof: go through the list all the same.${rest}`;
  return `${hints.length} ${hints.length === 1 ? 'thing' : 'things'} to look at in ${files}.${rest}`;
}
