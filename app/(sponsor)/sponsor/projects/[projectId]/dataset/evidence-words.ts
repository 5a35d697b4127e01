import type { DatasetEvidence, SAFE_HARBOR_ITEMS } from '#server/datasets/schemas.ts';

export const EVIDENCE_WORDS: Record<DatasetEvidence['kind'], string> = {
  safe_harbor_checklist: 'Safe Harbor checklist',
  expert_determination: 'Expert determination',
  data_use_agreement: 'Data use agreement',
  baa: 'Business associate agreement with the source',
  processing_agreement: 'Processing agreement',
  licence: 'Licence',
  generator: 'Generator',
  none: 'None: we are the source',
};

/** 45 CFR 164.514(b)(2)(i)(A)–(R), in its order. */
export const SAFE_HARBOR_WORDS: Record<(typeof SAFE_HARBOR_ITEMS)[number], string> = {
  names: 'Names',
  geography: 'Places smaller than a state (ZIP: three digits at most)',
  dates_and_ages: 'Dates but the year, ages above 89',
  telephone: 'Telephone numbers',
  fax: 'Fax numbers',
  email: 'E-mail addresses',
  ssn: 'Social security numbers',
  record_numbers: 'Medical record numbers',
  health_plan: 'Health plan numbers',
  accounts: 'Account numbers',
  licences: 'Certificate and licence numbers',
  vehicles: 'Vehicle identifiers and plates',
  devices: 'Device identifiers and serial numbers',
  urls: 'Web addresses',
  ip_addresses: 'IP addresses',
  biometrics: 'Finger and voice prints',
  faces: 'Full-face and like images, also heads in CT and MR',
  other_codes: 'Any other unique number, mark or code',
};
