import { AppError } from '#server/core/errors.ts';
import { findIdentifiers } from '#server/datasets/rules.ts';

/** Throws invalid `words_identify` when words about an incident hold what looks like an identifier of a person. */
export function assertNameless(text: string, path: string): void {
  const [found] = findIdentifiers(text);
  if (found === undefined) return;
  const message = `This holds what looks like ${found}. Say what happened without repeating the data; letters go by mail.`;
  throw new AppError({
    kind: 'invalid',
    reason: 'words_identify',
    message,
    details: [{ code: 'words_identify', path, message }],
  });
}
