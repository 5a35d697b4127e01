CREATE TABLE "exam_attempts" (
	"batch_id" uuid NOT NULL,
	"annotator_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"protocol_version_id" uuid NOT NULL,
	"attempt" smallint NOT NULL,
	"cases" integer NOT NULL,
	"correct" integer NOT NULL,
	"pass_level" double precision NOT NULL,
	"lower" double precision NOT NULL,
	"upper" double precision NOT NULL,
	"verdict" text NOT NULL,
	"finished_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "exam_attempts_batch_id_annotator_id_pk" PRIMARY KEY("batch_id","annotator_id")
);
--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "needs_exam" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "priority" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "due_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "case_order" text DEFAULT 'shuffled' NOT NULL;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "max_reads_per_reader" integer;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "max_reader_share_basis_points" integer;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "max_active_minutes_per_day" smallint;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "gold_exposure_limit" smallint;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "repeat_after_days" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "repeat_share_basis_points" integer DEFAULT 10000 NOT NULL;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "pools" jsonb;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "onshore_country" char(2);--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "pass_level_basis_points" integer;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "retry_after_days" smallint DEFAULT 7 NOT NULL;--> statement-breakpoint
ALTER TABLE "readers" ADD COLUMN "pool_from" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "readers" ADD COLUMN "pool_to" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "readers" ADD COLUMN "corrected" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "readers" ADD COLUMN "reads_cap" integer;--> statement-breakpoint
ALTER TABLE "readers" ADD COLUMN "active_day" date;--> statement-breakpoint
ALTER TABLE "readers" ADD COLUMN "day_active_ms" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "exposures" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "exam_attempts_person_key" ON "exam_attempts" USING btree ("annotator_id","protocol_version_id","kind","attempt");--> statement-breakpoint
ALTER TABLE "batches" ADD CONSTRAINT "batches_priority" CHECK (priority between 0 and 100);