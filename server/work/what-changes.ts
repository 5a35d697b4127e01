import { AppError, type Change, type ErrorDetail } from '#server/core/errors.ts';

type Says = Change | ((reason: ErrorDetail) => Change);

/** What the person changes, where the reason names the page for it. */
const you = (says: string, link = 'Open it', href?: string): Says => {
  if (href !== undefined) return { says, by: 'you', href, link };
  return (reason) =>
    reason.href === undefined ? { says, by: 'you' } : { says, by: 'you', href: reason.href, link };
};
/** What somebody else changes, or only time. */
const other = (says: string): Change => ({ says, by: 'other' });

const CREDENTIAL = (says: string) => you(says, 'Open it in my wallet');
const QUALIFY = 'See trainings and exams';
const SPONSOR = 'The sponsor';
const OTHER_WORK = 'Your list of work has what is open to you meanwhile.';

/** The gate's agreements are signed on each hop by the two that meet there; a reader signs their own alone. */
const onHop: Says = ({ href }) =>
  href === '/work/agreements'
    ? { says: 'See to it among your agreements.', by: 'you', href, link: 'See my agreements' }
    : other(
        href === '/vendor/agreements'
          ? 'Your organisation and the platform settle it; whoever signs for your organisation can see to it.'
          : `${SPONSOR} and the platform settle it; you need to do nothing.`,
      );

/**
 * What would change each reason for which work is not somebody's: the one place for it. A list of work, a join and a claim give no
 * reason without (`what-changes.test.ts` looks for new ones). A page is named only for what the person can do there themselves.
 */
export const CHANGES: Readonly<Record<string, Says>> = {
  'organisation.unverified': other('An operator verifies your organisation; you need to do nothing.'),
  'engagement.missing': other('The organisation that staffs the project names you for a seat.'),
  'engagement.elsewhere': you('Switch to the organisation through which you are engaged here.'),
  'engagement.other_payee': you('Switch to that organisation to go on here.'),
  'independence.taken': other(
    `Nothing does: what you read there is held against what others read here. ${OTHER_WORK}`,
  ),
  'audit.stake': other(`${SPONSOR} appoints an auditor of another organisation.`),
  'own_staff.no_order': other('The sponsor and its own staff agree on an order for this project.'),
  'own_staff.reference': other(
    'Nothing does for this project: vendors or people on their own account read it.',
  ),
  'offer.price': you('Ask the sponsor for its price by an offer, and accept that.', 'See my offers'),
  'hours.spent': other('It opens by itself tomorrow; rested readers err less.'),
  'cap.reads': other(
    `Nothing more is needed of you here; the sponsor shares the reads among several people. ${OTHER_WORK}`,
  ),
  'budget.spent': other('It goes on by itself when the sponsor has funded more; you need to do nothing.'),

  'batch.draft': other(`${SPONSOR} opens it.`),
  'batch.open': other('It takes reads now. Look again.'),
  'batch.paused': other('It opens again here by itself when the sponsor lets it go on.'),
  'batch.closing': other(`It does not open again: its reading is over. ${OTHER_WORK}`),
  'batch.settled': other(`It does not open again: it is finished and paid. ${OTHER_WORK}`),
  'batch.reserved': other(`Nothing does: it is one other person’s. ${OTHER_WORK}`),
  'batch.not_listed': other(`${SPONSOR} puts you on the list of who may read it, if you are meant to.`),
  'batch.no_share': other(
    `Only the sponsor changes who shares it, for example by an award or an offer. ${OTHER_WORK}`,
  ),

  'credential.missing': CREDENTIAL('Add a credential that fits.'),
  'credential.expired': CREDENTIAL('Renew it and add the new dates.'),
  'credential.not_in_force': CREDENTIAL(
    'See what its check found; an operator clears it up, or add another.',
  ),
  'credential.level': CREDENTIAL('Have it attested or verified at its source.'),
  'credential.years': CREDENTIAL('Check its date of issue, or add an earlier one; else only time does.'),
  'credential.proficiency': CREDENTIAL('Record the level you know it at, with proof.'),

  'training.missing': you('Take the training.', QUALIFY),
  'exam.missing': you('Pass the exam; it is paid.', QUALIFY),
  'exam.none_open': other(`${SPONSOR} opens another exam, or lets you read without it.`),
  'exam.finished': you('Nothing is left to do: see how it went.', QUALIFY),
  'exam.passed': you('Nothing is left to do: your pass holds.', QUALIFY),
  'exam.no_retry': other('It can be taken again when the protocol or the exam has a new version.'),
  'exam.under_way': you('Finish the exam that you have begun.', QUALIFY),
  'exam.wait': other('It opens by itself on that day.'),
  'exam.same_cases': other('It opens to you with other cases, when another one is set.'),
  'exam.answers_shown': other('It opens to you with other cases, when another one is set.'),
  'exam.closed': other('It does not open again; whoever sets it may set another.'),
  'exam.full': other('Whoever sets it opens another; look again then.'),
  'exam.no_sitting': other('Whoever sets it opens a sitting; look again then.'),

  'prior_reading.under_way': you('Read those cases where you began.', 'Go on there'),
  'prior_reading.looking': other('The page goes on looking by itself.'),

  'reader.calibration_only': (reason) =>
    reason.href === undefined
      ? other('A person decides within a business day and tells you; what you have read stays paid.')
      : {
          says: 'Read the calibration, which is paid. A person then decides, within a business day, and tells you.',
          by: 'you',
          href: reason.href,
          link: 'Go to the calibration',
        },
  'reader.paused': other(
    'Whoever leads quality there lets you go on and tells you. What you hold can be finished, and what you have read stays paid.',
  ),

  'work.searching': other('The page goes on looking by itself.'),
  'work.held': you('Reload the page to have the cases that you hold.'),
  'work.all_seen': other(
    `Others take those; where nobody else is left, the sponsor is told to engage somebody. ${OTHER_WORK}`,
  ),
  'work.none_left': other(`Nothing does here: all of it is read. ${OTHER_WORK}`),
  'work.all_taken': other('The page looks again by itself when a case may have come back.'),
  'work.repeats_wait': other('They open by themselves; your list of work says when.'),
  'work.named_expert': other('The page looks again by itself then; other work is in your list of work.'),
  'work.share_read': other(`Nothing does: what is left is the others’. ${OTHER_WORK}`),
  'work.kept_onshore': other(`${SPONSOR} can change where it is read from. ${OTHER_WORK}`),

  'gate.agreement': onHop,
  'gate.clause': onHop,
  'gate.location_by_agreement': onHop,
  'gate.unknown': other('An operator looks into it.'),
  'gate.no_rule': other('An operator sets an access rule for this kind of data.'),
  'gate.unknown_requirement': other('An operator corrects the access rule.'),
  'gate.organisation_unverified': other('An operator verifies that organisation; you need to do nothing.'),
  'gate.not_a_member': other('The organisation invites you again, if you are to read for it.'),
  'gate.excluded': you('See why, and object there if it is not you.', 'See my credentials'),
  'gate.location': other(`${SPONSOR} names the countries its project is read from; only it can add yours.`),
  'gate.transfer': other(`${SPONSOR} assesses the transfer to your country and names it in the project.`),
  'gate.transfer_assessment': other(`${SPONSOR} records an assessment that permits it.`),
  'gate.export_by_sponsor_only': other(`${SPONSOR}’s own people take data out.`),
  'gate.purpose': other(`${SPONSOR} records for which purpose its data may be used.`),
  'gate.evidence_missing': other(`${SPONSOR} records it with its data set.`),
  'gate.evidence_expired': other(`${SPONSOR} renews it.`),
  'gate.attestation_missing': other('The staffing lead of your organisation attests it; ask them.'),
  'gate.attestation_expired': other(
    'Repeat your organisation’s privacy training; its staffing lead then attests it again.',
  ),
  'gate.attestation_unconfirmed': you('Confirm it.', 'Open my account'),
  'gate.second_factor': you(
    'Set up an authenticator app, or sign in again with its code.',
    'Open sign-in and security',
  ),
  'gate.no_lease': you('Claim the next case.', 'Go to my work'),
  'gate.quarantined': other(
    'It opens again if the incident desk finds a false alarm; what is confirmed stays shut.',
  ),
};

/** Codes that end in what they are about: the kind of an agreement, the key of a clause. */
const FAMILIES = ['gate.agreement', 'gate.clause'];

/** What would change a reason; null for a code that has none, which no list, join or claim may give. */
export function changeOf(reason: ErrorDetail): Change | null {
  const family = FAMILIES.find((one) => reason.code.startsWith(`${one}.`));
  const found = CHANGES[family ?? reason.code];
  if (found === undefined) return null;
  return typeof found === 'function' ? found(reason) : found;
}

/** The reasons, each with what would change it. */
export function withChanges<R extends ErrorDetail>(reasons: readonly R[]): R[] {
  return reasons.map((reason) => {
    const change = changeOf(reason);
    return change === null ? reason : { ...reason, change };
  });
}

/** Runs what may be refused; a refusal says of each reason what would change it. */
export async function sayingChanges<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof AppError) || error.details.length === 0) throw error;
    const { kind, reason, message, details } = error;
    throw new AppError({ kind, reason, message, details: withChanges(details), cause: error });
  }
}
