import { AppError } from '#server/core/errors.ts';
import type { ImportDatasetInput, UploadedImage } from './import-dataset.ts';
import { importMeta } from './schemas.ts';

const refuse = (message: string, details: { code: string; message: string; path: string }[] = []) =>
  new AppError({ kind: 'invalid', reason: 'upload_invalid', message, details });

/**
 * What an upload form asks to import: `meta` (JSON), `file` (CSV or JSONL), `images`, `document` of the evidence (PDF). Refuses with `upload_invalid` what
 * is missing or malformed; what the file holds is for `importDataset` to judge. Images go by their bare file names.
 */
export async function readUpload(form: FormData | null, projectId: string): Promise<ImportDatasetInput> {
  if (form === null) throw refuse('Send the upload as a form with meta, file and images.');
  const file = form.get('file');
  if (!(file instanceof Blob)) throw refuse('Choose the file of cases (CSV or JSONL).');
  const parsed = importMeta.safeParse({ ...readMeta(form.get('meta')), projectId });
  if (!parsed.success) {
    const details = parsed.error.issues.map(({ code, message, path }) => ({
      code,
      message,
      path: path.join('.'),
    }));
    throw refuse(details[0]?.message ?? 'The upload is not complete.', details);
  }
  const images: UploadedImage[] = [];
  for (const entry of form.getAll('images')) {
    if (!(entry instanceof File)) throw refuse('An image is not a file.');
    images.push({ name: bareName(entry.name), bytes: new Uint8Array(await entry.arrayBuffer()) });
  }
  const document = form.get('document');
  return {
    ...parsed.data,
    document:
      document instanceof File && document.size > 0
        ? {
            bytes: new Uint8Array(await document.arrayBuffer()),
            fileName: document.name,
            scope: parsed.data.documentScope ?? '',
          }
        : null,
    fileName: file instanceof File ? bareName(file.name).slice(0, 200) || 'cases' : 'cases',
    content: new Uint8Array(await file.arrayBuffer()),
    images,
  };
}

function readMeta(value: FormDataEntryValue | null): object {
  try {
    const meta: unknown = JSON.parse(typeof value === 'string' ? value : '');
    if (typeof meta === 'object' && meta !== null && !Array.isArray(meta)) return meta;
  } catch (cause) {
    throw new AppError({
      kind: 'invalid',
      reason: 'upload_invalid',
      message: 'The description (meta) is not JSON.',
      cause,
    });
  }
  throw refuse('The description (meta) is not a JSON object.');
}

/** A browser may send a folder upload with its path; only the name counts. */
function bareName(name: string): string {
  return name.split(/[\\/]/).at(-1) ?? '';
}
