import { z } from 'zod';
import type { LabelField } from '#server/protocols/schemas.ts';
import { optionsOf } from '#server/scores/schema-options.ts';

/** What fields and their classes are called, for terms that name them by their keys. */
export const termNames = z.object({
  fields: z.record(z.string(), z.string()),
  classes: z.record(z.string(), z.record(z.string(), z.string())),
});
export type TermNames = z.infer<typeof termNames>;

/** The names that a label schema gives to its fields and classes. */
export function namesInSchema(schema: { fields: readonly LabelField[] }): TermNames {
  return {
    fields: Object.fromEntries(schema.fields.map(({ key, label }) => [key, label])),
    classes: Object.fromEntries(
      schema.fields.map((field) => [
        field.key,
        Object.fromEntries(optionsOf(field).map(({ value, label }) => [value, label])),
      ]),
    ),
  };
}
