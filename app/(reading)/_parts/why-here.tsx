import type { LabelSchema } from '#server/protocols/schemas.ts';

const WORDS: Record<string, string> = {
  share: 'chosen by chance',
  low_agreement: 'the readers differ',
  low_confidence: 'a reader was not sure, or did not say how sure',
  new_annotator: 'a reader is new here',
  rare_class: 'a rare class was named',
  subgroup: 'a subgroup that is looked at closely',
  technical_reader: 'it was read by technical staff, paired with experts',
  no_majority: 'no answer has a majority',
  any_disagreement: 'the readers differ',
  ordinal_spread: 'the reads lie far apart',
  posterior_below: 'the answer is not sure enough',
  named_class: 'a class that the panel decides',
  audit: 'an independent audit disagrees with the final label',
  reread: 'a blind re-read disagrees with the final label',
};

/** Why the case is here: the rules that sent it, in words. Nothing about who read it. */
export function WhyHere({ reason, schema }: { reason: string | null; schema?: LabelSchema }) {
  if (reason === null) return null;
  const says = [...new Set(reason.split(' ').map((one) => wordsOf(one, schema)))].join('; ');
  return (
    <p className="text-ink-2 text-sm">
      <span className="text-ink-3">Here because: </span>
      {says}.
    </p>
  );
}

function wordsOf(code: string, schema: LabelSchema | undefined): string {
  const [rule = '', of] = code.split(':');
  const words = WORDS[rule] ?? rule.replaceAll('_', ' ');
  const field = schema?.fields.find((one) => one.key === of);
  return field ? `${words} (${field.label})` : words;
}
