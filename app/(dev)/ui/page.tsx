import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { ChartSamples } from './chart-samples.tsx';
import { ControlSamples } from './control-samples.tsx';
import { DecisionSamples } from './decision-samples.tsx';
import { MeasureSamples } from './measure-samples.tsx';
import { OverlaySamples } from './overlay-samples.tsx';
import { PageSamples } from './page-samples.tsx';
import { Shell } from './shell.tsx';
import { StateSamples } from './state-samples.tsx';
import { SurfaceSamples } from './surface-samples.tsx';
import { TableSamples } from './table-samples.tsx';
import { TokenSamples } from './token-samples.tsx';

export const metadata: Metadata = { title: 'Components' };

type ComponentsPageProps = { searchParams: Promise<{ phone?: string | string[] }> };

/**
 * Every component in every state, for those who build pages; absent from a production installation.
 * `?phone=bar` shows the bottom bar that annotators have on a phone.
 */
export default async function ComponentsPage({ searchParams }: ComponentsPageProps) {
  const { phone } = await searchParams;
  if (process.env.NODE_ENV !== 'development' && process.env.READROOM_MODE === 'production') notFound();
  return (
    <Shell phone={phone === 'bar' ? 'bar' : 'sheet'}>
      <PageSamples />
      <TokenSamples />
      <ControlSamples />
      <OverlaySamples />
      <StateSamples />
      <MeasureSamples />
      <DecisionSamples />
      <TableSamples />
      <ChartSamples />
      <SurfaceSamples />
    </Shell>
  );
}
