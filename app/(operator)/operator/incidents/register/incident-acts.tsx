'use client';

import type { IncidentView } from '#server/incidents/schemas.ts';
import { AssessIncident } from './assess-incident.tsx';
import { CloseRegistered } from './close-registered.tsx';
import { SendLetter } from './send-letter.tsx';

/** What can be done with an incident now: assess, tell the sponsor, close. */
export function IncidentActs({ incident }: { incident: IncidentView }) {
  const isClosed = incident.status === 'closed';
  return (
    <div className="flex flex-wrap content-start items-start gap-2 lg:flex-col">
      {isClosed ? null : <AssessIncident incident={incident} />}
      <SendLetter incident={incident} />
      {isClosed ? null : <CloseRegistered incident={incident} />}
    </div>
  );
}
