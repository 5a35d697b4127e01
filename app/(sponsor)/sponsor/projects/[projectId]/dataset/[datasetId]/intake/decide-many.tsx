import { Button } from '#app/_ui/button.tsx';
import { counted } from '#app/(sponsor)/sponsor/_parts/figure-words.ts';
import type { Kind } from './finding-list.tsx';
import type { FindingPage } from './finding-page.ts';
import type { Decision, Decisions, Finding } from './use-decisions.ts';

type DecideManyProps = {
  findings: readonly Finding[];
  page: FindingPage;
  kinds: readonly Kind[];
  list: Decisions;
};

/** Of a kind that was chosen all that is open, on whichever page; of all kinds what is open on this one. */
export function DecideMany({ findings, page, kinds, list }: DecideManyProps) {
  const here = findings.filter((one) => list.decisionOf(one) === null);
  const { code } = page;
  // Where only decided ones are listed, nothing is decided that is not seen.
  const isListed = page.state === undefined || page.state === 'open';
  const all = isListed ? (kinds.find((one) => one.code === code)?.open ?? 0) : 0;
  const isMore = code !== undefined && all > here.length;
  if (here.length === 0 && !isMore) return null;
  const decide = (decision: Decision) => list.decideMany(here, isMore ? code : null, decision);
  const n = isMore ? all : here.length;
  return (
    <>
      <Button onClick={() => decide('exclude')}>
        Exclude {isMore ? 'all ' : ''}
        {counted(n, 'case')}
      </Button>
      <Button variant="quiet" onClick={() => decide('keep')}>
        Keep {n === 1 ? 'it' : isMore ? 'them all' : 'them'}
      </Button>
    </>
  );
}
