import type { ErrorDetail } from '#server/core/errors.ts';
import { isPdf } from '#server/files/file-facts.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import type { DataClass } from '#server/projects/schemas.ts';
import { type DatasetEvidence, SAFE_HARBOR_ITEMS } from './schemas.ts';

export { findIdentifiers } from './identifier-hints.ts';

/** Kinds of evidence that make a data class believable (R18; facts A6). */
const EVIDENCE_FOR: Record<DataClass, readonly DatasetEvidence['kind'][]> = {
  phi: ['baa', 'none'],
  limited_data_set: ['data_use_agreement'],
  deidentified_safe_harbor: ['safe_harbor_checklist'],
  deidentified_expert: ['expert_determination'],
  eu_personal: ['processing_agreement'],
  synthetic: ['generator', 'licence'],
  public: ['licence'],
};

const KIND_WORDS: Record<DatasetEvidence['kind'], string> = {
  safe_harbor_checklist: 'a completed Safe Harbor checklist',
  expert_determination: "an expert's determination",
  data_use_agreement: 'a data use agreement',
  baa: 'a business associate agreement with the source',
  processing_agreement: 'a processing agreement',
  licence: 'a licence',
  generator: 'the name of the generator',
  none: 'nothing (the agreements carry it)',
};

/** The kinds of evidence a class takes, first choice first. */
export function evidenceKinds(dataClass: DataClass): readonly DatasetEvidence['kind'][] {
  return EVIDENCE_FOR[dataClass];
}

/** What is missing from the evidence of a data class, named (R18); empty when it can be accepted today. */
export function evidenceFaults(
  dataClass: DataClass,
  evidence: DatasetEvidence,
  today: string,
): ErrorDetail[] {
  const faults: ErrorDetail[] = [];
  const fault = (path: string, message: string) =>
    faults.push({ code: 'evidence_invalid', path: `evidence.${path}`, message });
  const kinds = EVIDENCE_FOR[dataClass];
  if (!kinds.includes(evidence.kind)) {
    fault('kind', `Data of class ${dataClass} needs ${kinds.map((kind) => KIND_WORDS[kind]).join(' or ')}.`);
    return faults;
  }
  if (evidence.kind === 'none') return faults;
  if (evidence.issuer === '') fault('issuer', 'Say who issued the evidence.');
  if (evidence.reference === '') fault('reference', 'Give the document number, licence name or link.');
  if (dataClass === 'deidentified_expert' && evidence.expiresOn === null) {
    fault('expiresOn', "Give the date until which the expert's determination holds.");
  }
  if (evidence.issuedOn !== null && evidence.issuedOn > today) {
    fault('issuedOn', 'The evidence is dated in the future.');
  }
  if (evidence.expiresOn !== null && evidence.expiresOn <= today) {
    fault('expiresOn', `The evidence expired on ${sayDay(evidence.expiresOn)}. Renew it first.`);
  }
  return faults;
}

/**
 * What a renewed Safe Harbor checklist lacks: every item gone through, and no actual knowledge (164.514(b)(2)(ii)). Other
 * kinds of evidence need neither.
 */
export function checklistFaults(evidence: DatasetEvidence, noActualKnowledge: boolean): ErrorDetail[] {
  if (evidence.kind !== 'safe_harbor_checklist') return [];
  const done = new Set(evidence.checklist ?? []);
  const open = SAFE_HARBOR_ITEMS.filter((item) => !done.has(item));
  const fault = (path: string, message: string) => ({ code: 'evidence_invalid', path, message });
  return [
    ...(open.length === 0
      ? []
      : [
          fault(
            'evidence.checklist',
            `${open.length} of the ${SAFE_HARBOR_ITEMS.length} kinds of identifiers ${open.length === 1 ? 'was' : 'were'} not gone through.`,
          ),
        ]),
    ...(noActualKnowledge
      ? []
      : [
          fault(
            'noActualKnowledge',
            'Safe Harbor also asks that you know of no way to recognise anybody in what is left.',
          ),
        ]),
  ];
}

/** Kinds of evidence that are a document somebody signed: it is kept with the dataset. */
const DOCUMENTED: ReadonlySet<DatasetEvidence['kind']> = new Set([
  'expert_determination',
  'data_use_agreement',
]);

/** Whether evidence of a kind is nothing without its document. */
export const needsDocument = (kind: DatasetEvidence['kind']): boolean => DOCUMENTED.has(kind);

/** What is missing of the document behind the evidence: the file where the kind is one, its scope and its day. */
export function documentFaults(
  evidence: DatasetEvidence,
  document: { bytes: Uint8Array; scope: string } | null,
): ErrorDetail[] {
  const fault = (path: string, message: string) => ({ code: 'evidence_document', path, message });
  if (document === null) {
    return needsDocument(evidence.kind)
      ? [fault('document', `Upload ${KIND_WORDS[evidence.kind]} as a PDF: the evidence is that document.`)]
      : [];
  }
  return [
    ...(evidence.kind === 'none'
      ? [fault('document', 'There is no evidence of this kind to keep a document of.')]
      : []),
    ...(isPdf(document.bytes)
      ? []
      : [fault('document', 'The document is not a PDF. Print or save it as a PDF and upload that.')]),
    ...(document.bytes.byteLength > DOCUMENT_BYTES
      ? [fault('document', 'The document has more than 20 MB. Save it smaller and upload it again.')]
      : []),
    ...(document.scope === ''
      ? [fault('documentScope', 'Say what the document covers: which data, from where, for what purpose.')]
      : []),
    ...(evidence.issuedOn === null
      ? [fault('evidence.issuedOn', 'Give the day on which the document was issued.')]
      : []),
  ];
}

/** Largest document of evidence. */
export const DOCUMENT_BYTES = 20 * 1024 * 1024;

/** The media type of an image by its first bytes, or null when it is none that readers' browsers show. */
export function imageMediaType(bytes: Uint8Array): 'image/png' | 'image/jpeg' | 'image/webp' | null {
  const starts = (...values: number[]) => values.every((value, index) => bytes[index] === value);
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png';
  if (starts(0xff, 0xd8, 0xff)) return 'image/jpeg';
  const riff = starts(0x52, 0x49, 0x46, 0x46);
  const webp = [0x57, 0x45, 0x42, 0x50].every((value, index) => bytes[8 + index] === value);
  return riff && webp ? 'image/webp' : null;
}
