import type { ReactNode } from 'react';
import type { Money as MoneyAmount } from '#server/core/money.ts';
import { Badge } from './badge.tsx';
import { CopyId } from './copy-id.tsx';
import { DateTime } from './date-time.tsx';
import { Duration } from './duration.tsx';
import { Money } from './money.tsx';
import { StatusPill } from './status-pill.tsx';
import { TextLink } from './text-link.tsx';
import { Timeline, type TimelineEvent } from './timeline.tsx';
import type { Tone } from './tone.ts';

export type CredentialThen = {
  name: string;
  level: 'self_claimed' | 'vendor_attested' | 'primary_source';
  checkedAt?: Date | string | undefined;
  expiresAt?: Date | string | undefined;
};

export type ProvenancePanelProps = {
  /** The label, final label or pay line this is the history of. */
  id: string;
  /** Its answers, as shown elsewhere. */
  answer: ReactNode;
  reader: { name: string; via?: string | undefined; country?: string | undefined };
  /** As they stood when the case was claimed. */
  credentialsThen: readonly CredentialThen[];
  protocol: {
    version: string;
    signedAt?: Date | string | undefined;
    href?: string | undefined;
    contentHash?: string | undefined;
  };
  origin: 'manual' | 'prelabel_accepted' | 'prelabel_changed';
  /** What the reader was shown: assets, context fields, and the pre-label or none. */
  shown: { assets: readonly string[]; context?: readonly string[] | undefined; preLabel: string | null };
  /** Reads, reviews and decisions of this case in time order, those before this label included. */
  path: readonly TimelineEvent[];
  cost: readonly { label: string; amount: MoneyAmount }[];
  activeSeconds?: number | undefined;
  appBuild?: string | undefined;
};

const levelWords: Record<CredentialThen['level'], { words: string; tone: Tone }> = {
  self_claimed: { words: 'Self-claimed', tone: 'attention' },
  vendor_attested: { words: 'Vendor attested', tone: 'information' },
  primary_source: { words: 'Primary source', tone: 'good' },
};

const originWords: Record<ProvenancePanelProps['origin'], string> = {
  manual: 'Read without a pre-label',
  prelabel_accepted: 'Pre-label shown and accepted (assisted read)',
  prelabel_changed: 'Pre-label shown and changed (assisted read)',
};

/** The history of one label: who, credentials then, protocol version, what was shown, path and cost. */
export function ProvenancePanel(props: ProvenancePanelProps) {
  return (
    <div className="flex flex-col gap-5">
      <div className="flex items-start justify-between gap-3">
        <div className="min-w-0 font-medium">{props.answer}</div>
        <CopyId id={props.id} />
      </div>
      <dl className="grid grid-cols-[7rem_1fr] gap-x-3 gap-y-2 text-sm">
        <Reader {...props} />
        <Line term="Protocol">
          {props.protocol.href ? (
            <TextLink href={props.protocol.href}>{props.protocol.version}</TextLink>
          ) : (
            props.protocol.version
          )}
          {props.protocol.signedAt ? (
            <span className="text-ink-3">
              {' '}
              signed <DateTime at={props.protocol.signedAt} format="day" />
            </span>
          ) : null}
          {props.protocol.contentHash ? (
            <span className="block break-all font-mono text-ink-3 text-xs">{props.protocol.contentHash}</span>
          ) : null}
        </Line>
        <Shown {...props} />
        {props.activeSeconds === undefined ? null : (
          <Line term="Active time">
            <Duration seconds={props.activeSeconds} />
          </Line>
        )}
        {props.appBuild ? (
          <Line term="App build">
            <span className="font-mono text-xs">{props.appBuild}</span>
          </Line>
        ) : null}
      </dl>
      <section aria-label="Path">
        <h3 className="mb-2 font-semibold text-sm">Path</h3>
        <Timeline events={props.path} />
      </section>
      <Cost cost={props.cost} />
    </div>
  );
}

function Line({ term, children }: { term: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{term}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

function Reader({ reader, credentialsThen }: ProvenancePanelProps) {
  return (
    <>
      <Line term="Reader">
        {reader.name}
        {reader.via ? <span className="text-ink-3"> through {reader.via}</span> : null}
        {reader.country ? <span className="text-ink-3"> · {reader.country}</span> : null}
      </Line>
      <Line term="Credentials then">
        {credentialsThen.length === 0 ? (
          <span className="text-ink-3">None on record at the time</span>
        ) : (
          <ul className="flex flex-col gap-1.5">
            {credentialsThen.map((credential) => (
              <li key={credential.name} className="flex flex-wrap items-center gap-x-2">
                <span>{credential.name}</span>
                <Badge tone={levelWords[credential.level].tone}>{levelWords[credential.level].words}</Badge>
                {credential.checkedAt ? (
                  <span className="text-ink-3 text-xs">
                    checked <DateTime at={credential.checkedAt} format="day" />
                  </span>
                ) : null}
                {credential.expiresAt ? (
                  <span className="text-ink-3 text-xs">
                    until <DateTime at={credential.expiresAt} format="day" />
                  </span>
                ) : null}
              </li>
            ))}
          </ul>
        )}
      </Line>
    </>
  );
}

function Shown({ shown, origin }: ProvenancePanelProps) {
  return (
    <Line term="Shown">
      <span className="block">{originWords[origin]}</span>
      {shown.preLabel === null ? null : <span className="block text-ink-2">Pre-label {shown.preLabel}</span>}
      <span className="block break-words text-ink-3 text-xs">
        {[...shown.assets, ...(shown.context ?? [])].join(' · ') || 'No assets'}
      </span>
    </Line>
  );
}

function Cost({ cost }: { cost: ProvenancePanelProps['cost'] }) {
  const currencies = new Set(cost.map((line) => line.amount.currency));
  const [currency] = currencies;
  const total = cost.reduce((sum, line) => sum + line.amount.amountMinor, 0n);
  return (
    <section aria-label="Cost">
      <h3 className="mb-2 font-semibold text-sm">Cost</h3>
      {cost.length === 0 ? (
        <StatusPill state="none">No cost</StatusPill>
      ) : (
        <table className="w-full text-sm">
          <tbody>
            {cost.map((line) => (
              <tr key={line.label} className="h-7 border-line border-b">
                <th scope="row" className="text-left font-normal text-ink-2">
                  {line.label}
                </th>
                <td className="text-right">
                  <Money {...line.amount} />
                </td>
              </tr>
            ))}
          </tbody>
          {currencies.size === 1 && currency !== undefined && cost.length > 1 ? (
            <tfoot>
              <tr className="h-7 font-semibold">
                <th scope="row" className="text-left font-semibold">
                  This case
                </th>
                <td className="text-right">
                  <Money amountMinor={total} currency={currency} />
                </td>
              </tr>
            </tfoot>
          ) : null}
        </table>
      )}
    </section>
  );
}
