import { z } from 'zod';

export const listNoticesInput = z.object({
  before: z.uuid().optional(),
  limit: z.number().int().min(1).max(100).default(30),
});
export const notices = z.object({
  items: z.array(
    z.object({
      id: z.uuid(),
      orgId: z.uuid().nullable(),
      kind: z.string(),
      title: z.string(),
      href: z.string().nullable(),
      createdAt: z.date(),
      readAt: z.date().nullable(),
    }),
  ),
  unread: z.number().int(),
  next: z.uuid().nullable(),
});
export const markNoticesReadInput = z.object({ ids: z.array(z.uuid()).max(500).optional() });
export const marked = z.object({ marked: z.number().int() });

export const mailboxInput = z.object({
  to: z.string().trim().toLowerCase().max(254).optional(),
  limit: z.number().int().min(1).max(200).default(50),
});
export const localMails = z.array(
  z.object({ id: z.uuid(), to: z.string(), subject: z.string(), body: z.string(), createdAt: z.date() }),
);
