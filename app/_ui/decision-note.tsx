import { ArrowRight, Circle, CircleCheck, CircleX, LockKeyhole, ShieldCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { cn } from './cn.ts';
import { TextLink } from './text-link.tsx';

export type DecisionStep = {
  /** The hop or rule: "Sponsor ⇄ platform", "Exam passed". */
  label: ReactNode;
  state: 'ok' | 'failed' | 'not_reached';
  /** Why, in words. Always given for a failed step. */
  says?: ReactNode;
};

export type DecisionChange = { says: ReactNode; href?: string | undefined; linkLabel?: string | undefined };

export type DecisionNoteProps = {
  outcome: 'allowed' | 'refused';
  /** The decision in one sentence: "You can’t open this case yet." */
  title: ReactNode;
  /** The failing hop or rule, in words. */
  because?: ReactNode;
  /** The ground on which it was allowed, such as `baa_chain` or `not_required: licence`. */
  basis?: ReactNode;
  /** The whole chain, in order, when there is one. */
  steps?: readonly DecisionStep[] | undefined;
  /** What would turn a refusal round, each with the link that does it. */
  changes?: readonly DecisionChange[] | undefined;
  /** What turns a refusal round at once, on this very page: its one button. */
  action?: ReactNode;
  className?: string | undefined;
};

const stepIcon = { ok: CircleCheck, failed: CircleX, not_reached: Circle } as const;
const stepTone = { ok: 'text-good', failed: 'text-critical', not_reached: 'text-ink-3' } as const;
const stepWords = { ok: 'in order', failed: 'failing', not_reached: 'not checked' } as const;

/** Allowed or refused, on what ground, where it failed, and what would change it. */
export function DecisionNote({
  outcome,
  title,
  because,
  basis,
  steps,
  changes,
  action,
  className,
}: DecisionNoteProps) {
  const refused = outcome === 'refused';
  const Icon = refused ? LockKeyhole : ShieldCheck;
  return (
    <div className={cn('rounded-lg border border-line-strong bg-surface p-4', className)}>
      <div className="flex gap-3">
        <Icon aria-hidden className={cn('mt-0.5 size-4 shrink-0', refused ? 'text-critical' : 'text-good')} />
        <div className="flex min-w-0 flex-1 flex-col gap-2">
          <div>
            <p className="font-medium text-base">
              <span className="sr-only">{refused ? 'Refused: ' : 'Allowed: '}</span>
              {title}
            </p>
            {because ? <p className="prose-width mt-0.5 text-ink-2 text-sm">{because}</p> : null}
          </div>
          {steps && steps.length > 0 ? <Steps steps={steps} /> : null}
          {basis ? (
            <p className="text-ink-3 text-xs">
              Basis <span className="font-mono text-ink-2">{basis}</span>
            </p>
          ) : null}
          {changes && changes.length > 0 ? <Changes changes={changes} /> : null}
          {action ? <div className="mt-1">{action}</div> : null}
        </div>
      </div>
    </div>
  );
}

function Steps({ steps }: { steps: readonly DecisionStep[] }) {
  return (
    <ol className="flex flex-col gap-1">
      {steps.map((step, index) => {
        const Icon = stepIcon[step.state];
        return (
          // A decision's steps are a fixed sequence.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          <li key={index} className="flex items-start gap-2 text-sm">
            <Icon aria-hidden className={cn('mt-[3px] size-3.5 shrink-0', stepTone[step.state])} />
            <span className={cn('min-w-0', step.state === 'not_reached' && 'text-ink-3')}>
              <span className={cn(step.state === 'failed' && 'font-medium')}>{step.label}</span>
              <span className="sr-only"> ({stepWords[step.state]})</span>
              {step.says ? <span className="text-ink-2">: {step.says}</span> : null}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

function Changes({ changes }: { changes: readonly DecisionChange[] }) {
  return (
    <div className="border-line border-t pt-2 text-sm">
      <p className="mb-1 text-ink-3 text-xs">What would change it</p>
      <ul className="flex flex-col gap-1">
        {changes.map((change, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a fixed list of sentences
          <li key={index} className="flex items-start gap-2">
            <ArrowRight aria-hidden className="mt-[3px] size-3.5 shrink-0 text-ink-3" />
            <span>
              {change.says}{' '}
              {change.href ? (
                <TextLink href={change.href} className="whitespace-nowrap">
                  {change.linkLabel ?? 'Do it'}
                </TextLink>
              ) : null}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
