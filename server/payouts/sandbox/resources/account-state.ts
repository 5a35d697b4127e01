import type { StoredAccount } from '#server/payouts/sandbox/store.ts';

const EEA = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK';

/** Countries whose accounts can be paid by cross-border transfers: US, UK, EEA, CA, CH (R32). */
const PAYABLE = new Set(['US', 'GB', 'CA', 'CH', ...EEA.split(' ')]);

export function isPayableCountry(country: string): boolean {
  return PAYABLE.has(country);
}

/** True when the account may receive transfers and pay out. */
export function isCapabilityActive(account: StoredAccount): boolean {
  return account.onboarding === 'complete';
}

/** What an account that is being set up must still bring, in Stripe's names. */
export const ONBOARDING_FIELDS = [
  'identity.individual.date_of_birth',
  'identity.individual.id_numbers',
  'identity.attestations.terms_of_service.account',
  'defaults.payout_methods',
];

/** The status of both capabilities, with the reason when it is not active. */
export function capabilityStatus({ onboarding }: StoredAccount): {
  status: 'active' | 'pending' | 'restricted' | 'rejected' | 'unsupported';
  status_details: Array<{ code: string; resolution: string }>;
} {
  switch (onboarding) {
    case 'complete':
      return { status: 'active', status_details: [] };
    case 'pending':
      return detail('pending', 'requirements_pending_verification', 'no_resolution');
    case 'rejected':
      return detail('rejected', 'rejected_other', 'contact_stripe');
    case 'unsupported':
      return detail('unsupported', 'unsupported_country', 'no_resolution');
    case 'unfinished':
    case 'failed':
      return detail('restricted', 'requirements_past_due', 'provide_info');
  }
}

function detail(
  status: 'pending' | 'restricted' | 'rejected' | 'unsupported',
  code: string,
  resolution: string,
): ReturnType<typeof capabilityStatus> {
  return { status, status_details: [{ code, resolution }] };
}

/** What is still wanted: the fields, who must act on them, and what was wrong with them. */
export function openRequirements({ onboarding }: StoredAccount): Array<{
  description: string;
  awaiting: 'user' | 'stripe';
  error: { code: string; description: string } | null;
}> {
  switch (onboarding) {
    case 'complete':
    case 'rejected':
    case 'unsupported':
      return [];
    case 'unfinished':
      return ONBOARDING_FIELDS.map((description) => ({ description, awaiting: 'user', error: null }));
    case 'pending':
      return [{ description: 'identity.individual.id_numbers', awaiting: 'stripe', error: null }];
    case 'failed':
      return [
        {
          description: 'identity.individual.documents.primary_verification',
          awaiting: 'user',
          error: {
            code: 'verification_document_not_readable',
            description: 'The document could not be read.',
          },
        },
      ];
  }
}
