import { isValidNpi } from './npi.ts';
import { anyNumber, type Scheme, scheme } from './scheme.ts';

/** US registers. Formats: facts on NPI (45 CFR 162.406); state boards and certifying bodies publish none. */
export const US_SCHEMES: readonly Scheme[] = [
  scheme({
    code: 'us_npi',
    kind: 'npi',
    name: 'National Provider Identifier (NPI)',
    issuer: 'NPPES',
    jurisdiction: 'US',
    number: {
      isRequired: true,
      isValid: isValidNpi,
      says: 'has ten digits, starts with 1 or 2 and ends in a check digit',
      example: '10 digits',
    },
    source: {
      name: 'NPPES NPI Registry',
      url: 'https://npiregistry.cms.hhs.gov/search',
      how: 'Search the number; compare name, taxonomy and state. It proves identity, never a licence.',
    },
  }),
  scheme({
    code: 'us_medical_licence',
    kind: 'medical_licence',
    name: 'US medical licence (MD, DO)',
    jurisdiction: 'US',
    isOfState: true,
    number: anyNumber(true, 'A 12345'),
    source: {
      name: 'State medical board',
      url: 'https://www.docinfo.org',
      how: 'Look on the board’s own site; FSMB DocInfo names the boards. Read status, expiry and discipline.',
    },
  }),
  scheme({
    code: 'us_nursing_licence',
    kind: 'nursing_licence',
    name: 'US nursing licence (RN, LPN)',
    jurisdiction: 'US',
    isOfState: true,
    number: anyNumber(true, 'RN 123456'),
    source: {
      name: 'Nursys QuickConfirm',
      url: 'https://www.nursys.com/LQC/LQCSearch.aspx',
      how: 'Search by number and state; note single state or multistate (compact) and discipline.',
    },
  }),
  scheme({
    code: 'us_abms',
    kind: 'board_certification',
    name: 'US board certification (ABMS)',
    jurisdiction: 'US',
    number: anyNumber(false, 'as on the certificate'),
    source: {
      name: 'Certification Matters',
      url: 'https://www.certificationmatters.org',
      how: 'Search by name and state; certified or not, by which board, participating in continuing certification.',
    },
  }),
  scheme({
    code: 'us_aoa',
    kind: 'board_certification',
    name: 'US board certification (AOA)',
    issuer: 'American Osteopathic Association',
    jurisdiction: 'US',
    number: anyNumber(false, 'as on the certificate'),
    source: {
      name: 'AOA',
      url: 'https://certification.osteopathic.org',
      how: 'Ask the AOA’s certifying board; note primary certification and maintenance.',
    },
  }),
  scheme({
    code: 'us_arrt',
    kind: 'technologist_certification',
    name: 'Radiologic technologist (ARRT)',
    issuer: 'ARRT',
    jurisdiction: 'US',
    number: anyNumber(true, 'as on the card'),
    source: {
      name: 'ARRT credential verification',
      url: 'https://www.arrt.org/pages/verify-credentials',
      how: 'Search name and place; credentials (R, CT, MR, M …) with registration to the end of the birth month.',
    },
  }),
  scheme({
    code: 'us_ardms',
    kind: 'technologist_certification',
    name: 'Sonographer (ARDMS)',
    issuer: 'ARDMS',
    jurisdiction: 'US',
    number: anyNumber(true, 'as on the card'),
    source: {
      name: 'ARDMS directory',
      url: 'https://www.ardms.org',
      how: 'Search the directory by number; RDMS, RVT or RDCS with its specialties and status.',
    },
  }),
  scheme({
    code: 'us_ahima',
    kind: 'coder_certification',
    name: 'Coding and records (AHIMA)',
    issuer: 'AHIMA',
    jurisdiction: 'US',
    number: anyNumber(true, 'AHIMA id'),
    source: {
      name: 'AHIMA credential verification',
      url: 'https://www.ahima.org/certification-careers/verify-certifications/',
      how: 'Search by id: RHIA, RHIT, CCS, CCS-P, CCA or CDIP, and the end of the cycle.',
    },
  }),
  scheme({
    code: 'us_aapc',
    kind: 'coder_certification',
    name: 'Coding (AAPC)',
    issuer: 'AAPC',
    jurisdiction: 'US',
    number: anyNumber(true, 'AAPC id'),
    source: {
      name: 'AAPC credential verification',
      url: 'https://www.aapc.com/tools/verify-credential',
      how: 'Search by id: CPC (CPC-A is an apprentice), COC, CIC or CRC.',
    },
  }),
];
