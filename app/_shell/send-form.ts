import type { FormProblem } from '#app/_ui/form-error-summary.tsx';

/** Sends a form with a file; returns what is wrong, or null. A lost connection is an answer too. */
export async function sendForm(
  address: string,
  meta: unknown,
  file: File | null,
): Promise<FormProblem[] | null> {
  const body = new FormData();
  body.set('meta', JSON.stringify(meta));
  if (file !== null) body.set('file', file);
  try {
    const response = await fetch(address, { method: 'POST', body });
    if (response.ok) return null;
    const { message, details } = (await response.json()) as {
      message?: string;
      details?: { path?: string; message: string }[];
    };
    if (details && details.length > 0)
      return details.map((one) => ({ ...(one.path ? { name: one.path } : {}), message: one.message }));
    return [{ message: message ?? 'The upload was refused.' }];
  } catch {
    return [{ message: 'The upload was interrupted. Nothing was kept; try again.' }];
  }
}
