import type { RegisterSource } from './schemas.ts';

/** The exclusion lists in words. */
export const LIST_NAMES = {
  leie: 'OIG List of Excluded Individuals/Entities',
  sam: 'SAM.gov exclusions',
} as const;

/** What each register is, for people who look after them. */
export const REGISTERS: readonly {
  source: RegisterSource;
  title: string;
  publisher: string;
  use: string;
  downloadFrom: string;
  command: string;
}[] = [
  {
    source: 'leie',
    title: 'OIG exclusion list (LEIE)',
    publisher: 'HHS Office of Inspector General, monthly',
    use: 'Everybody is screened against it',
    downloadFrom: 'https://oig.hhs.gov/exclusions/downloadables/UPDATED.csv',
    command: 'npm run readroom -- import leie UPDATED.csv --as-of YYYY-MM-DD',
  },
  {
    source: 'sam',
    title: 'SAM.gov exclusions',
    publisher: 'General Services Administration, daily',
    use: 'Everybody is screened against it',
    downloadFrom: 'https://sam.gov/data-services/Exclusions/Public%20V2',
    command: 'npm run readroom -- import sam SAM_Exclusions_Public_Extract_V2_YYDDD.CSV',
  },
  {
    source: 'nppes',
    title: 'NPPES (National Provider Identifiers)',
    publisher: 'Centers for Medicare & Medicaid Services, monthly and weekly',
    use: 'Claimed NPIs are compared with it',
    downloadFrom: 'https://download.cms.gov/nppes/NPI_Files.html',
    command:
      'npm run readroom -- import nppes npidata_pfile_….csv, then the weekly files with --mode delta and the deactivation report with --mode deactivated',
  },
  {
    source: 'nucc',
    title: 'NUCC provider taxonomy',
    publisher: 'National Uniform Claim Committee, January and July',
    use: 'Says what a specialty code means',
    downloadFrom:
      'https://www.nucc.org/index.php/code-sets-mainmenu-41/provider-taxonomy-mainmenu-40/csv-mainmenu-57',
    command: 'npm run readroom -- import nucc nucc_taxonomy_VVV.csv',
  },
];

/** Days after which a register is old; NUCC comes twice a year. */
export const OLD_AFTER_DAYS: Record<RegisterSource, number> = { leie: 35, sam: 35, nppes: 35, nucc: 215 };
