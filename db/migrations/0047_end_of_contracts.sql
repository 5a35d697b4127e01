ALTER TABLE "contracts" ADD COLUMN "ended_side" text;--> statement-breakpoint
ALTER TABLE "contracts" ADD COLUMN "end_reason" text;