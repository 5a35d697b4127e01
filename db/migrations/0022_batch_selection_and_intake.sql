CREATE TABLE "intake_findings" (
	"dataset_id" uuid NOT NULL,
	"case_id" uuid NOT NULL,
	"code" text NOT NULL,
	"source" text NOT NULL,
	"says" text NOT NULL,
	"other_dataset_id" uuid,
	"other_case_id" uuid,
	"decision" text,
	"note" text,
	"decided_by" uuid,
	"decided_at" timestamp (3) with time zone,
	"found_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "intake_findings_dataset_id_case_id_code_pk" PRIMARY KEY("dataset_id","case_id","code")
);
--> statement-breakpoint
CREATE TABLE "batch_loads" (
	"batch_id" uuid PRIMARY KEY NOT NULL,
	"case_ids" uuid[] NOT NULL,
	"ordinary" integer NOT NULL,
	"strata" smallint[] NOT NULL,
	"lanes" smallint[] NOT NULL,
	"gold" jsonb NOT NULL,
	"loaded" integer DEFAULT 0 NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "relabel_links" (
	"batch_id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	"prior_batch_id" uuid NOT NULL,
	"prior_task_id" uuid NOT NULL,
	"prior_version" smallint NOT NULL,
	CONSTRAINT "relabel_links_batch_id_task_id_pk" PRIMARY KEY("batch_id","task_id")
);
--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "content_sha256" char(64);--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "near_key" text;--> statement-breakpoint
ALTER TABLE "cases" ADD COLUMN "excluded_reason" text;--> statement-breakpoint
ALTER TABLE "datasets" ADD COLUMN "intake_status" text DEFAULT 'frozen' NOT NULL;--> statement-breakpoint
ALTER TABLE "datasets" ADD COLUMN "intake_frozen_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "datasets" ADD COLUMN "intake_frozen_by" uuid;--> statement-breakpoint
ALTER TABLE "datasets" ADD COLUMN "excluded_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "datasets" ADD COLUMN "required_assets" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "split" text;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "allowed_engagement_ids" uuid[];--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "selection" jsonb;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "parent_batch_id" uuid;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "exclude_prior_readers" text DEFAULT 'none' NOT NULL;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "excluded_batch_ids" uuid[];--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "load_state" text DEFAULT 'complete' NOT NULL;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "loaded_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "stratum" smallint;--> statement-breakpoint
ALTER TABLE "intake_findings" ADD CONSTRAINT "intake_findings_dataset_id_datasets_id_fk" FOREIGN KEY ("dataset_id") REFERENCES "public"."datasets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "batch_loads" ADD CONSTRAINT "batch_loads_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."batches"("id") ON DELETE no action ON UPDATE no action;