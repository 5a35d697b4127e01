import { z } from 'zod';
import type { ErrorDetail } from '#server/core/errors.ts';

const added = z.object({ id: z.uuid(), fileId: z.uuid(), sha256: z.string(), isEvidence: z.boolean() });

export type DocumentAnswer = { ok: true; document: z.infer<typeof added> } | { ok: false; message: string };

/** Sends a copy of a certificate; never throws: a lost connection is an answer too. */
export async function sendDocument(credentialId: string, file: File): Promise<DocumentAnswer> {
  const form = new FormData();
  form.set('file', file);
  try {
    const response = await fetch(`/api/documents/credentials/${credentialId}`, {
      method: 'POST',
      body: form,
    });
    const body: unknown = await response.json();
    if (response.ok) return { ok: true, document: added.parse(body) };
    const { message, error } = body as {
      message?: string;
      details?: ErrorDetail[];
      error?: { json?: { message?: string } };
    };
    return { ok: false, message: message ?? error?.json?.message ?? 'The document was refused.' };
  } catch {
    return { ok: false, message: 'The upload was interrupted. Nothing was kept; try again.' };
  }
}
