import type { Metadata } from 'next';
import { loaded } from '#app/_trpc/server.ts';
import { AnswerLine } from '#app/_ui/answer-line.tsx';
import { PageHeader } from '#app/_ui/page-header.tsx';
import { DATA_CLASS_WORDS } from '#app/(sponsor)/sponsor/projects/_form/project-words.ts';
import { askableRules } from '#server/agreements/gate-requirements.ts';
import type { GateRuleView } from '#server/agreements/gate-rule-schemas.ts';
import { sayDay } from '#server/notifications/say-day.ts';
import { ChangeRule } from './change-rule.tsx';
import { FOR_WHOM, requirementWords } from './rule-words.ts';

export const metadata: Metadata = { title: 'Access rules' };

const CLASS_WORDS: Readonly<Record<string, string>> = {
  ...DATA_CLASS_WORDS,
  personal_eu_subjects: 'Any personal data about people in the EEA, whatever its class',
  personal_eu_established: 'Any personal data, once the reader or their organisation is in the EEA',
};

/** What each class of data asks for before anyone sees it (R18): in force, and what could be asked for. */
export default async function AccessRulesPage() {
  const rules = await loaded((call) => call.agreements.gateRules());
  const standing = rules.filter((rule) => rule.isInForce);
  const classes = [...new Set(askableRules().map((rule) => rule.dataClass))];
  const ended = askableRules().filter(
    (rule) => !standing.some((one) => keyOf(one) === keyOf(rule)) && rule.requirement !== '',
  );
  const dropped = ended.filter((rule) => rules.some((one) => keyOf(one) === keyOf(rule)));
  return (
    <div className="max-w-[960px]">
      <PageHeader
        title="Access rules"
        crumbs={[{ label: 'Agreements', href: '/operator/agreements' }, { label: 'Access rules' }]}
      >
        <AnswerLine>
          <strong>{standing.length}</strong> rules are in force
          {dropped.length === 0 ? (
            '; none that the product ships is switched off.'
          ) : (
            <>
              ; <strong>{dropped.length}</strong> {dropped.length === 1 ? 'was' : 'were'} ended.
            </>
          )}
        </AnswerLine>
      </PageHeader>
      <div className="flex flex-col gap-8">
        {classes.map((dataClass) => (
          <section key={dataClass} className="flex flex-col gap-2">
            <h2 className="font-semibold text-lg">{CLASS_WORDS[dataClass] ?? dataClass}</h2>
            <ul className="divide-y divide-line border-line border-y">
              {standing
                .filter((rule) => rule.dataClass === dataClass)
                .map((rule) => (
                  <Line
                    key={rule.id}
                    rule={rule}
                    says={
                      rule.validFrom === FIRST_DAY ? 'from the beginning' : `since ${sayDay(rule.validFrom)}`
                    }
                  >
                    <ChangeRule mode="end" requirementId={rule.id} words={requirementWords(rule)} />
                  </Line>
                ))}
              {ended
                .filter((rule) => rule.dataClass === dataClass)
                .map((rule) => (
                  <Line key={rule.requirement} rule={rule} says="not asked for" isOff>
                    <ChangeRule
                      mode="start"
                      dataClass={dataClass}
                      requirement={rule.requirement}
                      words={requirementWords(rule)}
                    />
                  </Line>
                ))}
            </ul>
          </section>
        ))}
      </div>
    </div>
  );
}

/** The first day of the rules the product ships (ensure-gate-requirements.ts). */
const FIRST_DAY = '2000-01-01';

const keyOf = (rule: { dataClass: string; requirement: string }) => `${rule.dataClass}|${rule.requirement}`;

type LineProps = {
  rule: Pick<GateRuleView, 'appliesTo' | 'requirement'>;
  says: string;
  isOff?: boolean;
  children: React.ReactNode;
};

function Line({ rule, says, isOff = false, children }: LineProps) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2">
      <span className="min-w-0 flex-1 basis-64">
        <span className={isOff ? 'block text-base text-ink-3' : 'block text-base'}>
          {requirementWords(rule)}
        </span>
        <span className="block text-ink-3 text-sm">
          {FOR_WHOM[rule.appliesTo]}, {says}
        </span>
      </span>
      {children}
    </li>
  );
}
