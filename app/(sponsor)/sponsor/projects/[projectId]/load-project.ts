import { cache } from 'react';
import { loaded } from '#app/_trpc/server.ts';

/** The project of the page, asked for once per request by layout and page together. */
export const loadProject = cache((projectId: string) => loaded((call) => call.projects.get({ projectId })));
