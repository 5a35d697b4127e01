import { hash } from 'node:crypto';
import { copyCell } from './copy-text.ts';
import { nameKey, soundKey } from './names.ts';

/** One line of an exclusion list in the words of both lists; "" where it says nothing. Days are ISO. */
export type ExclusionLine = {
  source: 'leie' | 'sam';
  isPerson: boolean;
  lastName: string;
  firstName: string;
  middleName: string;
  businessName: string;
  npi: string;
  birthDate: string;
  city: string;
  state: string;
  country: string;
  specialty: string;
  reason: string;
  agency: string;
  excludedOn: string;
  excludedUntil: string;
  waiverOn: string;
  waiverState: string;
  recordNumber: string;
  remarks: string;
};

export const EXCLUSION_COLUMNS = [
  'line',
  'source',
  'is_person',
  'last_name',
  'first_name',
  'middle_name',
  'business_name',
  'npi',
  'birth_date',
  'city',
  'state',
  'country',
  'specialty',
  'reason',
  'agency',
  'excluded_on',
  'excluded_until',
  'waiver_on',
  'waiver_state',
  'record_number',
  'remarks',
  'record_hash',
  'last_key',
  'first_key',
  'sound_key',
] as const;

/** The record for COPY, with its hash and the keys it is searched by. */
export function encodeExclusion(line: number, record: ExclusionLine): string {
  const said = [
    record.source,
    record.isPerson ? 't' : 'f',
    copyCell(record.lastName),
    copyCell(record.firstName),
    copyCell(record.middleName),
    copyCell(record.businessName),
    copyCell(record.npi),
    copyCell(record.birthDate),
    copyCell(record.city),
    copyCell(record.state),
    copyCell(record.country),
    copyCell(record.specialty),
    copyCell(record.reason),
    copyCell(record.agency),
    copyCell(record.excludedOn),
    copyCell(record.excludedUntil),
    copyCell(record.waiverOn),
    copyCell(record.waiverState),
    copyCell(record.recordNumber),
    copyCell(record.remarks),
  ].join('\t');
  const lastKey = record.isPerson ? nameKey(record.lastName) : '';
  const firstKey = record.isPerson ? nameKey(record.firstName) : '';
  const keys = `${copyCell(lastKey)}\t${copyCell(firstKey)}\t${copyCell(soundKey(lastKey, firstKey))}`;
  return `${line}\t${said}\t${hash('sha256', said).slice(0, 32)}\t${keys}`;
}
