import { ProvenancePanel } from '#app/_ui/provenance-panel.tsx';

/** A history as it would be in a `Sheet`. */
export function ProvenanceSample() {
  return (
    <ProvenancePanel
      id="019394d2-5b7e-7c11-a0f2-3e1d5c9b8a40"
      answer="Grade 3"
      reader={{ name: 'R-4471', via: 'Harbour Reads', country: 'PT' }}
      credentialsThen={[
        {
          name: 'Specialist in pathology',
          level: 'primary_source',
          checkedAt: '2026-09-02T10:00:00Z',
          expiresAt: '2028-09-01T00:00:00Z',
        },
        { name: 'Privacy training', level: 'vendor_attested', checkedAt: '2026-06-11T00:00:00Z' },
        { name: 'Uropathology fellowship', level: 'self_claimed' },
      ]}
      protocol={{
        version: 'Version 2',
        signedAt: '2026-10-30T14:12:00Z',
        href: '/ui',
        contentHash: '9f2c41aa07e5b31d6c0f8e2a45d1b773',
      }}
      origin="manual"
      shown={{ assets: ['slide-0142.svs', 'PSA history'], context: ['age band'], preLabel: null }}
      path={[
        { id: '1', at: '2026-11-18T09:12:00Z', title: 'Read 1 submitted', who: 'R-2210', says: 'Grade 3' },
        {
          id: '2',
          at: '2026-11-18T11:40:00Z',
          title: 'Read 2 submitted',
          who: 'R-4471',
          says: 'Grade 3, confidence 4 of 5',
          isThis: true,
        },
        {
          id: '3',
          at: '2026-11-18T15:02:00Z',
          title: 'Read 3 submitted',
          who: 'R-1093',
          says: 'Grade 4',
          tone: 'attention',
        },
        {
          id: '4',
          at: '2026-11-19T08:30:00Z',
          title: 'Adjudicated by panel',
          who: 'P-02',
          says: 'Grade 3: no cribriform glands on level 2',
          tone: 'good',
        },
      ]}
      cost={[
        { label: 'Three reads', amount: { amountMinor: 555n, currency: 'USD' } },
        { label: 'Adjudication', amount: { amountMinor: 400n, currency: 'USD' } },
        { label: 'Platform fee 15 %', amount: { amountMinor: 143n, currency: 'USD' } },
      ]}
      activeSeconds={74}
      appBuild="2026.11.18-97707ac"
    />
  );
}
