import type { AgreementView } from '#server/agreements/schemas.ts';

/** Where the files of an agreement are. */
export const documentHref = (agreementId: string, copy: 'original' | 'sealed', download = false) =>
  `/api/documents/agreements/${agreementId}/${copy}${download ? '?download' : ''}`;

/** The other party, as the viewer sees it. */
export function counterparty({ parties, ownSide }: AgreementView): string {
  const [a, b] = parties;
  return ownSide === 'a' ? b.legalName : a.legalName;
}

/** True when the viewer's side is the one it waits for. */
export function waitsForUs({ status, ownSide, signedSides }: AgreementView): boolean {
  const isOpen = status === 'sent' || status === 'partially_signed';
  return isOpen && ownSide !== null && !signedSides.includes(ownSide);
}

/** The state of an agreement in one sentence. */
export function stateSentence(agreement: AgreementView): string {
  switch (agreement.status) {
    case 'draft':
      return 'It is being prepared.';
    case 'sent':
      return 'Neither side has signed yet.';
    case 'partially_signed':
      return waitsForUs(agreement)
        ? `${counterparty(agreement)} has signed. It waits for your signature.`
        : `You have signed. It waits for ${counterparty(agreement)}.`;
    case 'active':
      return agreement.effectiveUntil === null
        ? `It is in force since ${agreement.effectiveFrom}.`
        : `It is in force since ${agreement.effectiveFrom} and ends on ${agreement.effectiveUntil}.`;
    case 'suspended':
      return 'It is suspended: nothing opens under it until the parties resume it.';
    case 'termination_noticed':
      return `It is under notice and holds until ${agreement.effectiveUntil}.`;
    case 'terminated':
      return 'It was terminated. Nothing opens under it any more.';
    case 'wound_down':
      return 'It was terminated, and return or destruction of the data is certified.';
    case 'expired':
      return `It expired on ${agreement.effectiveUntil}.`;
    case 'superseded':
      return 'A newer version signed by both sides has replaced it.';
    case 'declined':
      return 'It was declined before both sides had signed.';
    case 'voided':
      return 'It is void. No signature on it counts.';
    case 'lapsed':
      return 'It was not signed in time.';
  }
}
