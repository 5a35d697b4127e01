CREATE TABLE "audit_results" (
	"batch_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"task_id" uuid NOT NULL,
	"final_version" smallint NOT NULL,
	"label_id" uuid NOT NULL,
	"auditor_id" uuid NOT NULL,
	"outcome" text NOT NULL,
	"error_kind" text,
	"wrong_fields" jsonb NOT NULL,
	"comment" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "audit_results_batch_id_id_pk" PRIMARY KEY("batch_id","id")
);
--> statement-breakpoint
CREATE TABLE "audit_samples" (
	"batch_id" uuid NOT NULL,
	"purpose" text NOT NULL,
	"task_id" uuid NOT NULL,
	"status" text NOT NULL,
	"is_normal" boolean,
	"drawn_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "audit_samples_batch_id_purpose_task_id_pk" PRIMARY KEY("batch_id","purpose","task_id")
);
--> statement-breakpoint
CREATE TABLE "audits" (
	"batch_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"max_error_rate" double precision NOT NULL,
	"confidence" double precision NOT NULL,
	"expected_error_rate" double precision NOT NULL,
	"sample_size" integer NOT NULL,
	"population" integer NOT NULL,
	"accept_errors" integer NOT NULL,
	"reserved_minor" bigint NOT NULL,
	"currency" char(3) NOT NULL,
	"ordered_by" uuid,
	"ordered_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "audits_batch_id_id_pk" PRIMARY KEY("batch_id","id")
);
--> statement-breakpoint
CREATE TABLE "checkpoints" (
	"id" uuid PRIMARY KEY NOT NULL,
	"project_id" uuid NOT NULL,
	"batch_id" uuid NOT NULL,
	"trigger" text NOT NULL,
	"share_basis_points" integer,
	"proposal_id" uuid,
	"status" text DEFAULT 'due' NOT NULL,
	"reached_at" timestamp (3) with time zone NOT NULL,
	"evidence" jsonb,
	"evidence_sha256" text,
	"evidence_at" timestamp (3) with time zone,
	"decided_by" uuid,
	"decided_at" timestamp (3) with time zone,
	"reason" text
);
--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "overlap_rule" jsonb DEFAULT '{"mode":"fixed"}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "max_overlap" smallint;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "review_rules" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "checkpoint_basis_points" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "checkpoint_id" uuid;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "miss_rule" jsonb;--> statement-breakpoint
ALTER TABLE "slots" ADD COLUMN "reason" text;--> statement-breakpoint
ALTER TABLE "checkpoints" ADD CONSTRAINT "checkpoints_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "checkpoints" ADD CONSTRAINT "checkpoints_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "audit_results_task_key" ON "audit_results" USING btree ("batch_id","purpose","task_id");--> statement-breakpoint
CREATE INDEX "audit_samples_status_idx" ON "audit_samples" USING btree ("batch_id","status");--> statement-breakpoint
CREATE UNIQUE INDEX "audits_batch_key" ON "audits" USING btree ("batch_id");--> statement-breakpoint
CREATE UNIQUE INDEX "checkpoints_share_key" ON "checkpoints" USING btree ("batch_id","share_basis_points") WHERE trigger = 'share';--> statement-breakpoint
CREATE INDEX "checkpoints_project_idx" ON "checkpoints" USING btree ("project_id","status","reached_at");--> statement-breakpoint
CREATE INDEX "checkpoints_batch_idx" ON "checkpoints" USING btree ("batch_id","reached_at");