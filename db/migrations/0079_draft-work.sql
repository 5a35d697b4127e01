ALTER TABLE "drafts" ALTER COLUMN "answers" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "drafts" ADD COLUMN "work" jsonb;