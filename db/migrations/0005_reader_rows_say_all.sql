ALTER TABLE "readers" ADD COLUMN "sweep_lane" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "readers" ADD COLUMN "batch_open" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "readers" ADD COLUMN "returned" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "readers" ADD COLUMN "repeats" integer DEFAULT 0 NOT NULL;