import { z } from 'zod';

/** A field of the protocol by its key. */
export const fieldKey = z.string().trim().min(1, 'Choose a field.').max(60);
const className = z.string().trim().min(1).max(200);

/**
 * Cases that a model got wrong in a field: it answered, an answer is known (the newest final label of the project, else gold), and the two
 * differ. What else is given must hold as well.
 */
export const modelFailure = z.strictObject({
  modelId: z.uuid('Choose a model.'),
  field: fieldKey,
  /** Labelled so, and the model did not say it. */
  missed: className.optional(),
  /** The model said so, and it is not labelled so. */
  claimed: className.optional(),
  /** Levels of an ordinal field that the two are apart at least, or the amount of a number. */
  byAtLeast: z.number('Give a number.').positive('Give a number above 0.').optional(),
  /** How sure the model was; a row without a confidence never fits. */
  confidence: z
    .strictObject({
      is: z.enum(['at_least', 'at_most']),
      value: z
        .number('Give a confidence from 0 to 1, for example 0.8.')
        .min(0, 'A confidence is from 0 to 1.')
        .max(1, 'A confidence is from 0 to 1.'),
    })
    .optional(),
});
export type ModelFailure = z.infer<typeof modelFailure>;
