import type { HeaderFinding, HeaderHint } from '#server/datasets/dicom-hints.ts';

/** What to do about a finding in a DICOM header, after the name of the element. */
const FINDING_WORDS: Record<HeaderFinding, string> = {
  not_removed: 'should be removed',
  not_emptied: 'should be empty or hold a stand-in',
  stand_in: 'look whether it holds a stand-in',
  full_date: 'holds a full date; only the year may stay',
  age_over_89: 'holds an age above 89; make it 90 and over',
  looks_like: 'holds what looks like an identifier of this kind',
  private: 'a maker’s own elements; remove them unless each is known to be safe',
  own_uid: 'look whether it was made anew',
  preamble: 'holds bytes that no header needs; clear it',
  not_declared: 'is not YES: the file does not say that it was de-identified',
  burned_in: 'is YES: clean the pixels before they are exported',
  burned_in_unsaid: 'is not said, and images of this kind often have words in their pixels: look at them',
  recognisable: 'is YES: a face can be recognised in the pixels',
  dates_unmodified: 'is UNMODIFIED: dates are those of the patient',
};

/** A hint in one sentence: element, tag, what to do, in how many files. */
export function headerHintWords(hint: HeaderHint & { files: number }, of: number): string {
  const where = hint.tag === '' ? hint.name : `${hint.name} ${hint.tag}`;
  const files = of === 1 ? '' : ` In ${hint.files.toLocaleString('en')} of ${of.toLocaleString('en')} files.`;
  return `DICOM: ${where} ${FINDING_WORDS[hint.finding]}.${files}`;
}
