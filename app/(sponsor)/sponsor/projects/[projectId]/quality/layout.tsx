import type { ReactNode } from 'react';
import { LinkTabs } from '#app/_ui/link-tabs.tsx';

type QualityLayoutProps = { children: ReactNode; params: Promise<{ projectId: string }> };

/** The pages on quality: the measured picture, the running scores, who confuses what, and what waits for a decision. */
export default async function QualityLayout({ children, params }: QualityLayoutProps) {
  const { projectId } = await params;
  const base = `/sponsor/projects/${projectId}/quality`;
  return (
    <>
      <div className="mb-6">
        <LinkTabs
          label="Quality"
          items={[
            { href: base, label: 'Measured' },
            { href: `${base}/continuous`, label: 'Day by day' },
            { href: `${base}/confusion`, label: 'Confusions' },
            { href: `${base}/checks`, label: 'Audit and misses' },
            {
              href: `${base}/inbox`,
              label: 'Decisions',
              also: [`${base}/root-causes`, `${base}/checkpoints`],
            },
            {
              href: `${base}/recalls`,
              label: 'Credentials',
            },
          ]}
        />
      </div>
      {children}
    </>
  );
}
