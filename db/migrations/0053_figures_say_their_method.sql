ALTER TABLE "quality_proposals" ADD COLUMN "method_version" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "quality_proposals" ADD COLUMN "renewed_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "root_causes" ADD COLUMN "method_version" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "root_causes" ADD COLUMN "renewed_at" timestamp (3) with time zone;