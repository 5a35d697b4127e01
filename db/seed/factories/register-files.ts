const numbered = (count: number, names: readonly string[]) =>
  Array.from({ length: count }, (_, i) => names.map((name) => `${name}_${i + 1}`)).flat();

const address = (kind: string) => [
  `Provider First Line Business ${kind} Address`,
  `Provider Second Line Business ${kind} Address`,
  `Provider Business ${kind} Address City Name`,
  `Provider Business ${kind} Address State Name`,
  `Provider Business ${kind} Address Postal Code`,
  `Provider Business ${kind} Address Country Code (If outside U.S.)`,
  `Provider Business ${kind} Address Telephone Number`,
  `Provider Business ${kind} Address Fax Number`,
];

/** The 330 columns of NPPES's `npidata_pfile`, version 2, in their order. */
export const NPPES_HEADER: readonly string[] = [
  'NPI',
  'Entity Type Code',
  'Replacement NPI',
  'Employer Identification Number (EIN)',
  'Provider Organization Name (Legal Business Name)',
  'Provider Last Name (Legal Name)',
  'Provider First Name',
  'Provider Middle Name',
  'Provider Name Prefix Text',
  'Provider Name Suffix Text',
  'Provider Credential Text',
  'Provider Other Organization Name',
  'Provider Other Organization Name Type Code',
  'Provider Other Last Name',
  'Provider Other First Name',
  'Provider Other Middle Name',
  'Provider Other Name Prefix Text',
  'Provider Other Name Suffix Text',
  'Provider Other Credential Text',
  'Provider Other Last Name Type Code',
  ...address('Mailing'),
  ...address('Practice Location'),
  'Provider Enumeration Date',
  'Last Update Date',
  'NPI Deactivation Reason Code',
  'NPI Deactivation Date',
  'NPI Reactivation Date',
  'Provider Sex Code',
  'Authorized Official Last Name',
  'Authorized Official First Name',
  'Authorized Official Middle Name',
  'Authorized Official Title or Position',
  'Authorized Official Telephone Number',
  ...numbered(15, [
    'Healthcare Provider Taxonomy Code',
    'Provider License Number',
    'Provider License Number State Code',
    'Healthcare Provider Primary Taxonomy Switch',
  ]),
  ...numbered(50, [
    'Other Provider Identifier',
    'Other Provider Identifier Type Code',
    'Other Provider Identifier State',
    'Other Provider Identifier Issuer',
  ]),
  'Is Sole Proprietor',
  'Is Organization Subpart',
  'Parent Organization LBN',
  'Parent Organization TIN',
  'Authorized Official Name Prefix Text',
  'Authorized Official Name Suffix Text',
  'Authorized Official Credential Text',
  ...numbered(15, ['Healthcare Provider Taxonomy Group']),
  'Certification Date',
];

export const LEIE_HEADER =
  'LASTNAME,FIRSTNAME,MIDNAME,BUSNAME,GENERAL,SPECIALTY,UPIN,NPI,DOB,ADDRESS,CITY,STATE,ZIP,EXCLTYPE,EXCLDATE,REINDATE,WAIVERDATE,WVRSTATE'.split(
    ',',
  );

export const NUCC_HEADER = [
  'Code',
  'Grouping',
  'Classification',
  'Specialization',
  'Definition',
  'Notes',
  'Display Name',
  'Section',
];

export const SAM_HEADER = [
  'Classification',
  'Name',
  'Prefix',
  'First',
  'Middle',
  'Last',
  'Suffix',
  'Address 1',
  'Address 2',
  'Address 3',
  'Address 4',
  'City',
  'State / Province',
  'Country',
  'Zip Code',
  'Open Data Flag',
  'Blank (Deprecated)',
  'Unique Entity ID',
  'Exclusion Program',
  'Excluding Agency',
  'CT Code',
  'Exclusion Type',
  'Additional Comments',
  'Active Date',
  'Termination Date',
  'Record Status',
  'Cross-Reference',
  'SAM Number',
  'CAGE',
  'NPI',
  'Creation_Date',
];

type Cells = Readonly<Record<string, string>>;

const quote = (cell: string) => `"${cell.replaceAll('"', '""')}"`;

/** Rows of a register file in its publisher's layout: every cell quoted, lines ended by a line feed. */
export function registerFile(header: readonly string[], rows: readonly Cells[]): string {
  const known = new Set(header);
  for (const row of rows) {
    for (const name of Object.keys(row))
      if (!known.has(name)) throw new Error(`There is no column "${name}".`);
  }
  const lines = [header, ...rows.map((row) => header.map((name) => row[name] ?? ''))];
  return lines.map((cells) => `${cells.map(quote).join(',')}\n`).join('');
}

export const leieRow = (cells: Cells): Cells => ({
  NPI: '0000000000',
  GENERAL: 'PHYSICIAN (MD, DO)',
  EXCLTYPE: '1128a1',
  EXCLDATE: '20200319',
  REINDATE: '00000000',
  WAIVERDATE: '00000000',
  STATE: 'OH',
  CITY: 'COLUMBUS',
  ...cells,
});

export const samRow = (cells: Cells): Cells => ({
  Classification: 'Individual',
  'Exclusion Program': 'Reciprocal',
  'Excluding Agency': 'HHS',
  'CT Code': 'Z1',
  'Exclusion Type': 'Prohibition/Restriction',
  'Active Date': '03/19/2020',
  'Termination Date': 'Indefinite',
  'Record Status': 'Active',
  Country: 'USA',
  'State / Province': 'OH',
  'SAM Number': 'S4MR0001',
  ...cells,
});

export const nppesRow = (cells: Cells): Cells => ({
  'Entity Type Code': '1',
  'Provider Enumeration Date': '05/23/2006',
  'Last Update Date': '07/08/2020',
  'Provider Business Practice Location Address State Name': 'OH',
  ...cells,
});

export const nuccRow = (cells: Cells): Cells => ({
  Grouping: 'Allopathic & Osteopathic Physicians',
  Section: 'Individual',
  ...cells,
});
