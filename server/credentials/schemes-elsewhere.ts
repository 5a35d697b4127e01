import { anyNumber, like, type Scheme, scheme } from './scheme.ts';

/** Registers elsewhere. Formats are those in practice; a number of another shape is refused in words. */
export const ELSEWHERE_SCHEMES: readonly Scheme[] = [
  scheme({
    code: 'uk_gmc',
    kind: 'medical_licence',
    name: 'UK General Medical Council (GMC)',
    issuer: 'General Medical Council',
    jurisdiction: 'GB',
    number: like(/^[1-9]\d{6}$/, 'has seven digits and does not start with 0', '7012345'),
    source: {
      name: 'GMC medical register',
      url: 'https://www.gmc-uk.org/registration-and-licensing/our-registers',
      how: 'Search the number; “registered with a licence to practise”, specialist register entry, conditions.',
    },
  }),
  scheme({
    code: 'uk_nmc',
    kind: 'nursing_licence',
    name: 'UK Nursing and Midwifery Council (NMC)',
    issuer: 'Nursing and Midwifery Council',
    jurisdiction: 'GB',
    number: like(/^\d{2}[A-Z]\d{4}[A-Z]$/, 'is two digits, a letter, four digits and a letter', '12A3456B'),
    source: {
      name: 'NMC register',
      url: 'https://www.nmc.org.uk/registration/search-the-register/',
      how: 'Search the PIN; part of the register, expiry, conditions.',
    },
  }),
  scheme({
    code: 'au_ahpra',
    kind: 'medical_licence',
    name: 'Australia, AHPRA registration',
    issuer: 'AHPRA',
    jurisdiction: 'AU',
    number: like(/^[A-Z]{3}\d{10}$/, 'is three letters and ten digits', 'MED0001234567'),
    source: {
      name: 'AHPRA register of practitioners',
      url: 'https://www.ahpra.gov.au/registration/registers-of-practitioners.aspx',
      how: 'Search the number; registration type, specialty, conditions and undertakings, expiry.',
    },
  }),
  scheme({
    code: 'ph_prc',
    kind: 'medical_licence',
    name: 'Philippines, PRC licence',
    issuer: 'Professional Regulation Commission',
    jurisdiction: 'PH',
    number: like(/^\d{7}$/, 'has seven digits, with zeros in front', '0123456'),
    source: {
      name: 'PRC LERIS',
      url: 'https://verification.prc.gov.ph',
      how: 'Profession, number, surname and birth date; validity of the professional identification card.',
    },
  }),
  scheme({
    code: 'in_nmc',
    kind: 'medical_licence',
    name: 'India, National Medical Commission or state council',
    jurisdiction: 'IN',
    number: anyNumber(true, 'council number/year'),
    source: {
      name: 'Indian Medical Register',
      url: 'https://www.nmc.org.in/information-desk/indian-medical-register/',
      how: 'Search name, council, number and year; licences under the 2023 rules carry a UID for five years.',
    },
  }),
  scheme({
    code: 'de_approbation',
    kind: 'medical_licence',
    name: 'Germany, Approbation',
    jurisdiction: 'DE',
    needsDocument: true,
    source: {
      name: 'Approbationsbehörde or Landesärztekammer',
      url: null,
      how: 'No public register. A certificate of good standing, at most three months old; ask its issuer by letter.',
    },
  }),
  scheme({
    code: 'de_facharzt',
    kind: 'board_certification',
    name: 'Germany, Facharzt',
    jurisdiction: 'DE',
    needsDocument: true,
    source: {
      name: 'Landesärztekammer',
      url: null,
      how: 'No public register. Certificate of good standing or Facharzturkunde; ask the chamber by letter.',
    },
  }),
];

/** What is in no register of its own here: by its issuer and its document. */
export const OTHER_SCHEMES: readonly Scheme[] = [
  scheme({
    code: 'other_medical',
    kind: 'medical_licence',
    name: 'Medical licence of another country',
    number: anyNumber(true, 'as on the licence'),
    source: {
      name: 'The issuer’s register',
      url: null,
      how: 'Find the issuer’s own register; else ask by letter.',
    },
  }),
  scheme({
    code: 'other_nursing',
    kind: 'nursing_licence',
    name: 'Nursing licence of another country',
    number: anyNumber(true, 'as on the licence'),
    source: {
      name: 'The issuer’s register',
      url: null,
      how: 'Find the issuer’s own register; else ask by letter.',
    },
  }),
  scheme({
    code: 'other_board',
    kind: 'board_certification',
    name: 'Specialist certification of another country',
    number: anyNumber(false, 'as on the certificate'),
    source: {
      name: 'The issuer',
      url: null,
      how: 'Ask the issuer; note the specialty in its words and the NUCC code.',
    },
  }),
  scheme({
    code: 'degree',
    kind: 'degree',
    name: 'University degree',
    needsDocument: true,
    source: {
      name: 'The university',
      url: null,
      how: 'Ask the registrar or a national clearing house; compare the diploma.',
    },
  }),
  scheme({
    code: 'residency',
    kind: 'residency',
    name: 'Residency or fellowship',
    needsDocument: true,
    source: { name: 'The programme', url: null, how: 'Ask the programme; compare begin and end.' },
  }),
  scheme({
    code: 'training',
    kind: 'training',
    name: 'Course or training',
    number: anyNumber(false, 'as on the certificate'),
    source: { name: 'The provider', url: null, how: 'Ask the provider; compare the certificate.' },
  }),
  scheme({
    code: 'language',
    kind: 'language',
    name: 'Language',
    source: {
      name: 'Language certificate',
      url: null,
      how: 'A certificate with its CEFR level; without one it stays the person’s own word.',
    },
  }),
];
