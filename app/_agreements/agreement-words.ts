import { type AgreementView, KIND_TITLES } from '#server/agreements/schemas.ts';
import { sayDay } from '#server/notifications/say-day.ts';

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
      return 'Its text is under negotiation. It is signed once both sides have settled it.';
    case 'sent':
      return 'Neither side has signed yet.';
    case 'partially_signed':
      return waitsForUs(agreement)
        ? `${counterparty(agreement)} has signed. It waits for your signature.`
        : `You have signed. It waits for ${counterparty(agreement)}.`;
    case 'signed':
      return `It is signed by both sides and takes over on ${sayDay(agreement.effectiveFrom)}.`;
    case 'active':
      return agreement.effectiveUntil === null
        ? `It is in force since ${sayDay(agreement.effectiveFrom)}.`
        : `It is in force since ${sayDay(agreement.effectiveFrom)} and ends on ${sayDay(agreement.effectiveUntil)}.`;
    case 'suspended':
      return 'It is suspended: nothing opens under it until the parties resume it.';
    case 'termination_noticed':
      return `It is under notice and holds until ${dayOf(agreement.effectiveUntil)}.`;
    case 'terminated':
      return 'It was terminated. Nothing opens under it any more.';
    case 'wound_down':
      return 'It was terminated, and return or destruction of the data is certified.';
    case 'expired':
      return `It expired on ${dayOf(agreement.effectiveUntil)}.`;
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

export type Need = { id: string; title: string; why: string; href: string; tone: 'attention' | 'neutral' };

/** What is coming: texts under negotiation, ends within 90 days that no renewal follows, and verifications within 30. */
export function laterNeeds(
  agreements: readonly AgreementView[],
  base: string,
  today: string = new Date().toISOString().slice(0, 10),
): Need[] {
  const within = (day: string | null, days: number) =>
    day !== null && Date.parse(day) - Date.parse(today) <= days * 86_400_000;
  return agreements.flatMap((one): Need[] => {
    const title = KIND_TITLES[one.kind].toLowerCase();
    const need = (rest: Pick<Need, 'title' | 'why' | 'tone'>): Need => ({
      id: `${one.id} ${rest.title}`,
      href: `${base}/${one.id}`,
      ...rest,
    });
    if (one.status === 'draft') {
      const why = `under negotiation with ${counterparty(one)}`;
      return [need({ title: `Settle the text of the ${title}`, why, tone: 'neutral' })];
    }
    const isStanding = one.status === 'active' || one.status === 'termination_noticed';
    const isFollowed = agreements.some((next) => next.kind === one.kind && next.status === 'signed');
    return [
      ...(isStanding && !isFollowed && within(one.effectiveUntil, 90)
        ? [
            need({
              title: `Renew the ${title}`,
              why: `ends on ${dayOf(one.effectiveUntil)}`,
              tone: within(one.effectiveUntil, 30) ? 'attention' : 'neutral',
            }),
          ]
        : []),
      ...(one.ownSide === 'b' && within(one.verificationDueOn, 30)
        ? [
            need({
              title: `Verify the safeguards under the ${title}`,
              why: `due by ${dayOf(one.verificationDueOn)}`,
              tone: 'attention',
            }),
          ]
        : []),
    ];
  });
}

const dayOf = (day: string | null) => (day === null ? 'an open day' : sayDay(day));
