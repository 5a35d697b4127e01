import { DecisionNote } from '#app/_ui/decision-note.tsx';
import { ProvenanceSample } from './provenance-sample.tsx';
import { Sample, Section } from './section.tsx';

/** Decisions that explain themselves and labels that open their history. */
export function DecisionSamples() {
  return (
    <Section id="decisions" title="Decisions and history">
      <Sample name="DecisionNote">
        <div className="grid items-start gap-4 lg:grid-cols-2">
          <DecisionNote
            outcome="refused"
            title="You can’t open this case yet."
            because="It holds protected health information, and one agreement of the chain is not active."
            steps={[
              { label: 'Sponsor ⇄ platform', state: 'ok', says: 'BAA active since 3 November 2026' },
              { label: 'Platform ⇄ Harbour Reads', state: 'failed', says: 'signed by one side only' },
              { label: 'Your workforce attestation', state: 'not_reached' },
            ]}
            changes={[
              {
                says: 'Harbour Reads countersigns the BAA.',
                href: '/ui#overlays',
                linkLabel: 'Remind their signatory',
              },
            ]}
          />
          <div className="flex flex-col gap-4">
            <DecisionNote
              outcome="allowed"
              title="You may open this case."
              basis="not_required: de-identified (expert), evidence E-0031 of 2 May 2026"
            />
            <DecisionNote
              outcome="refused"
              title="This call does not fit you now."
              because="Your registration would expire before the lease ends."
              changes={[
                { says: 'Renew it and have it checked.', href: '/ui', linkLabel: 'Renew registration' },
              ]}
            />
          </div>
        </div>
      </Sample>
      <Sample name="ProvenancePanel">
        <div className="max-w-[480px] rounded-lg border border-line p-4">
          <ProvenanceSample />
        </div>
      </Sample>
    </Section>
  );
}
