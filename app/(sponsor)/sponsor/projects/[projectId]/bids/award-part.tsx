'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useTRPC } from '#app/_trpc/client.tsx';
import { Button } from '#app/_ui/button.tsx';
import { Dialog } from '#app/_ui/dialog.tsx';
import { Field } from '#app/_ui/field.tsx';
import { Input } from '#app/_ui/input.tsx';
import { ProgressBar } from '#app/_ui/progress-bar.tsx';
import { StatusPill } from '#app/_ui/status-pill.tsx';
import { TextLink } from '#app/_ui/text-link.tsx';
import { Textarea } from '#app/_ui/textarea.tsx';
import { toast } from '#app/_ui/toast.ts';
import { Refusal } from '#app/(sponsor)/sponsor/_parts/refusal.tsx';
import { lossWords, moneyWords } from '#server/bids/comparison-words.ts';
import { AppError } from '#server/core/errors.ts';
import { formatMinor, parseMoney } from '#server/core/money.ts';
import type { Compared } from './compare-page.tsx';

type AwardPartProps = { compared: Compared; callId: string; projectId: string; currency: string };

/** Who gets which share of the work, what goes to people on their own account, and the end of the call. */
export function AwardPart({ compared, callId, projectId, currency }: AwardPartProps) {
  const { awards, direct, awardedBasisPoints, bids, call } = compared;
  const nameOf = (orgId: string) => bids.find((bid) => bid.vendor.id === orgId)?.vendor.legalName ?? 'Vendor';
  const isDecided = call?.status === 'decided';
  return (
    <div className="flex max-w-[720px] flex-col gap-4">
      <ProgressBar label="Given away" done={awardedBasisPoints / 100} total={100} unit="%" />
      <ul className="divide-y divide-line border-line border-y empty:hidden">
        {awards.map((one) => (
          <li
            key={one.contractId}
            className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 py-2 text-sm"
          >
            <TextLink href={`/sponsor/projects/${projectId}/contracts/${one.contractId}`}>
              {nameOf(one.vendorOrgId)}
            </TextLink>
            <span className="flex items-center gap-3">
              {one.status === 'active' ? null : <StatusPill state={one.status} />}
              {one.shareBasisPoints / 100} %
            </span>
          </li>
        ))}
        {direct ? (
          <li className="flex justify-between gap-4 py-2 text-sm">
            <span>
              <TextLink href={`/sponsor/projects/${projectId}/independents`}>
                People on their own account
              </TextLink>
              , at {moneyWords(direct.pricePerReadMinor, currency)} a read
            </span>
            <span>{direct.shareBasisPoints / 100} %</span>
          </li>
        ) : null}
      </ul>
      {isDecided ? null : (
        <div className="flex flex-wrap gap-3">
          <DirectShare
            callId={callId}
            direct={direct}
            currency={currency}
            left={10_000 - awardedBasisPoints}
          />
          {call?.status === 'closed' ? <DecideCall compared={compared} callId={callId} /> : null}
        </div>
      )}
    </div>
  );
}

type DirectShareProps = { callId: string; direct: Compared['direct']; currency: string; left: number };

function DirectShare({ callId, direct, currency, left }: DirectShareProps) {
  const trpc = useTRPC();
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [share, setShare] = useState(direct ? String(direct.shareBasisPoints / 100) : '');
  const [price, setPrice] = useState(
    direct ? formatMinor({ amountMinor: direct.pricePerReadMinor, currency }) : '',
  );
  const [wrong, setWrong] = useState<{ share?: string; price?: string }>({});
  const set = useMutation(
    trpc.bids.setDirectShare.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        toast.success('The direct share is set. Offer it to people under Independents.');
        router.refresh();
      },
    }),
  );
  const most = (left + (direct?.shareBasisPoints ?? 0)) / 100;
  function send() {
    const basisPoints = Math.round(Number(share.trim() || 'x') * 100);
    const amount = amountOf(price, currency);
    const problems = {
      ...(basisPoints >= 0 && basisPoints <= 10_000 ? {} : { share: 'A share is between 0 % and 100 %.' }),
      ...(typeof amount === 'bigint' ? {} : { price: amount }),
    };
    setWrong(problems);
    if (typeof amount === 'bigint' && !problems.share)
      set.mutate({ callId, shareBasisPoints: basisPoints, pricePerReadMinor: amount });
  }
  return (
    <Dialog
      size="sm"
      title="Share for people on their own account"
      description={`At most ${most} % is left. Offer it to people afterwards, at this price at most (R17); 0 % takes the share back.`}
      open={open}
      onOpenChange={setOpen}
      trigger={<Button>{direct ? 'Change direct share' : 'Set direct share'}</Button>}
      footer={
        <Button variant="primary" pending={set.isPending} onClick={send}>
          Set share
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Refusal error={set.error} title="The share was not set." />
        <Field label="Share of the work" error={wrong.share}>
          <Input
            inputMode="decimal"
            suffix="%"
            value={share}
            onChange={(event) => setShare(event.target.value)}
          />
        </Field>
        <Field label="Price per read" error={wrong.price}>
          <Input
            inputMode="decimal"
            suffix={currency}
            value={price}
            onChange={(event) => setPrice(event.target.value)}
          />
        </Field>
      </div>
    </Dialog>
  );
}

function amountOf(text: string, currency: string): bigint | string {
  try {
    const { amountMinor } = parseMoney(text, currency);
    return amountMinor > 0n ? amountMinor : 'The price must be above zero.';
  } catch (error) {
    const isWord = error instanceof AppError && text.trim() !== '';
    return isWord ? error.message : 'Write the price of one read, for example 1.20.';
  }
}

const OPEN = ['submitted', 'shortlisted'];

function DecideCall({ compared, callId }: { compared: Compared; callId: string }) {
  const trpc = useTRPC();
  const router = useRouter();
  const losing = compared.bids.filter((bid) => OPEN.includes(bid.status));
  const [open, setOpen] = useState(false);
  const [reasons, setReasons] = useState<Record<string, string>>(() =>
    Object.fromEntries(losing.map((bid) => [bid.bidId, lossWords(compared, bid)])),
  );
  const decide = useMutation(
    trpc.bids.decideCall.mutationOptions({
      onSuccess: () => {
        setOpen(false);
        toast.success('The call is decided; every vendor is told.');
        router.refresh();
      },
    }),
  );
  const { awardedBasisPoints } = compared;
  return (
    <Dialog
      title="Decide the call"
      description={`${awardedBasisPoints / 100} % is given away. Bids that are still open are declined; each vendor reads your reason and nothing of the other bids.`}
      open={open}
      onOpenChange={setOpen}
      trigger={<Button variant="primary">Decide call</Button>}
      footer={
        <Button
          variant="primary"
          pending={decide.isPending}
          onClick={() =>
            decide.mutate({
              callId,
              reasons: losing.map(({ bidId }) => ({ bidId, reason: reasons[bidId] ?? '' })),
            })
          }
        >
          Decide call
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Refusal error={decide.error} title="The call was not decided." />
        {losing.map(({ bidId, vendor }) => (
          <Field key={bidId} label={`Why not ${vendor.legalName}`}>
            <Textarea
              rows={3}
              maxLength={2000}
              value={reasons[bidId] ?? ''}
              onChange={(event) => setReasons({ ...reasons, [bidId]: event.target.value })}
            />
          </Field>
        ))}
        {losing.length === 0 ? <p className="text-ink-2">No bid is left to decline.</p> : null}
      </div>
    </Dialog>
  );
}
