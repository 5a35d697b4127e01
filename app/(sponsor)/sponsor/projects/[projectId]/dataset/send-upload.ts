import type { ErrorDetail } from '#server/core/errors.ts';
import { type Composition, type ImportMeta, importedDataset } from '#server/datasets/schemas.ts';

export type UploadAnswer =
  | { ok: true; composition: Composition }
  | { ok: false; message: string; details: readonly ErrorDetail[] };

/** Sends a file of cases with its images; never throws: a lost connection is an answer too. */
export async function sendUpload(
  projectId: string,
  upload: {
    meta: Omit<ImportMeta, 'projectId'>;
    file: File;
    images: readonly File[];
    document: File | null;
  },
): Promise<UploadAnswer> {
  const form = new FormData();
  form.set('meta', JSON.stringify(upload.meta));
  form.set('file', upload.file);
  for (const image of upload.images) form.append('images', image);
  if (upload.document !== null) form.set('document', upload.document);
  try {
    const response = await fetch(`/api/uploads/${projectId}`, { method: 'POST', body: form });
    const body: unknown = await response.json();
    if (response.ok) return { ok: true, composition: importedDataset.parse(body).composition };
    return refusalOf(body);
  } catch {
    return {
      ok: false,
      message: 'The upload was interrupted. Nothing was imported; try again.',
      details: [],
    };
  }
}

/** Plain routes answer `{ message, details }`, guards answer in the shape of a procedure's error. */
function refusalOf(body: unknown): UploadAnswer {
  const { message, details, error } = body as {
    message?: string;
    details?: ErrorDetail[];
    error?: { json?: { message?: string } };
  };
  const words = message ?? error?.json?.message ?? 'The upload was refused.';
  return { ok: false, message: words, details: details ?? [] };
}
