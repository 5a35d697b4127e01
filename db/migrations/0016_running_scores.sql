CREATE TABLE "quality_proposals" (
	"id" uuid PRIMARY KEY NOT NULL,
	"project_id" uuid NOT NULL,
	"batch_id" uuid NOT NULL,
	"trigger" text NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"field" text NOT NULL,
	"class_name" text DEFAULT '' NOT NULL,
	"metric" text NOT NULL,
	"action" text NOT NULL,
	"done" text NOT NULL,
	"threshold" double precision NOT NULL,
	"value" double precision,
	"lower" double precision,
	"upper" double precision,
	"n" integer NOT NULL,
	"method" text NOT NULL,
	"evidence" jsonb NOT NULL,
	"calibration_batch_id" uuid,
	"calibration_note" text,
	"status" text DEFAULT 'open' NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	"decision" text,
	"decision_reason" text,
	"decision_evidence" text,
	"decided_by" uuid,
	"decided_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "read_checks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"batch_id" uuid NOT NULL,
	"reader_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"field" text NOT NULL,
	"evidence" jsonb NOT NULL,
	"found_at" timestamp (3) with time zone NOT NULL,
	"is_standing" boolean DEFAULT true NOT NULL
);
--> statement-breakpoint
CREATE TABLE "root_cause_findings" (
	"id" uuid PRIMARY KEY NOT NULL,
	"root_cause_id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	"disagreement" text NOT NULL,
	"error_kind" text NOT NULL,
	"note" text NOT NULL,
	"person_id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "root_causes" (
	"id" uuid PRIMARY KEY NOT NULL,
	"project_id" uuid NOT NULL,
	"batch_id" uuid NOT NULL,
	"field" text NOT NULL,
	"proposal_id" uuid,
	"status" text DEFAULT 'open' NOT NULL,
	"evidence" jsonb NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"opened_by" uuid,
	"disagreement" text,
	"error_kind" text,
	"route" text,
	"diagnosis" text,
	"action" text,
	"owner_id" uuid,
	"due_on" text,
	"effective_from" timestamp (3) with time zone,
	"effect" jsonb,
	"verdict" text,
	"closing_note" text,
	"closed_at" timestamp (3) with time zone,
	"closed_by" uuid
);
--> statement-breakpoint
CREATE TABLE "running_scores" (
	"batch_id" uuid NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"field" text NOT NULL,
	"day" text NOT NULL,
	"metric" text NOT NULL,
	"class_name" text DEFAULT '' NOT NULL,
	"value" double precision,
	"lower" double precision,
	"upper" double precision,
	"n" integer NOT NULL,
	"excluded" integer NOT NULL,
	"reason" text,
	"method" text NOT NULL,
	"method_version" text NOT NULL,
	"computed_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "running_scores_batch_id_subject_kind_subject_id_field_day_metric_class_name_pk" PRIMARY KEY("batch_id","subject_kind","subject_id","field","day","metric","class_name")
);
--> statement-breakpoint
CREATE TABLE "score_cells" (
	"batch_id" uuid NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"field" text NOT NULL,
	"day" text NOT NULL,
	"reference" text NOT NULL,
	"truth" text NOT NULL,
	"answer" text NOT NULL,
	"n" integer NOT NULL,
	CONSTRAINT "score_cells_batch_id_subject_kind_subject_id_field_day_reference_truth_answer_pk" PRIMARY KEY("batch_id","subject_kind","subject_id","field","day","reference","truth","answer")
);
--> statement-breakpoint
CREATE TABLE "score_marks" (
	"batch_id" uuid PRIMARY KEY NOT NULL,
	"counted_to" timestamp (3) with time zone NOT NULL,
	"swept_at" timestamp (3) with time zone,
	"advanced_at" timestamp (3) with time zone NOT NULL,
	"changed_at" timestamp (3) with time zone,
	"watched_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "score_pairs" (
	"batch_id" uuid NOT NULL,
	"field" text NOT NULL,
	"first_id" uuid NOT NULL,
	"second_id" uuid NOT NULL,
	"first_answer" text NOT NULL,
	"second_answer" text NOT NULL,
	"n" integer NOT NULL,
	CONSTRAINT "score_pairs_batch_id_field_first_id_second_id_first_answer_second_answer_pk" PRIMARY KEY("batch_id","field","first_id","second_id","first_answer","second_answer")
);
--> statement-breakpoint
CREATE TABLE "score_patterns" (
	"batch_id" uuid NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"field" text NOT NULL,
	"day" text NOT NULL,
	"pattern" text NOT NULL,
	"n" integer NOT NULL,
	CONSTRAINT "score_patterns_batch_id_subject_kind_subject_id_field_day_pattern_pk" PRIMARY KEY("batch_id","subject_kind","subject_id","field","day","pattern")
);
--> statement-breakpoint
CREATE TABLE "score_trials" (
	"batch_id" uuid NOT NULL,
	"reader_id" uuid NOT NULL,
	"field" text NOT NULL,
	"reference" text NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"task_id" uuid NOT NULL,
	"is_right" boolean NOT NULL,
	CONSTRAINT "score_trials_batch_id_reader_id_field_reference_at_task_id_pk" PRIMARY KEY("batch_id","reader_id","field","reference","at","task_id")
);
--> statement-breakpoint
CREATE TABLE "scored_tasks" (
	"batch_id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	"label_ids" uuid[] NOT NULL,
	"final_version" integer NOT NULL,
	"is_gold" boolean NOT NULL,
	CONSTRAINT "scored_tasks_batch_id_task_id_pk" PRIMARY KEY("batch_id","task_id")
);
--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "reserved_for" uuid;--> statement-breakpoint
ALTER TABLE "quality_proposals" ADD CONSTRAINT "quality_proposals_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_proposals" ADD CONSTRAINT "quality_proposals_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "quality_proposals" ADD CONSTRAINT "quality_proposals_calibration_batch_id_batches_id_fk" FOREIGN KEY ("calibration_batch_id") REFERENCES "public"."batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "read_checks" ADD CONSTRAINT "read_checks_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "root_cause_findings" ADD CONSTRAINT "root_cause_findings_root_cause_id_root_causes_id_fk" FOREIGN KEY ("root_cause_id") REFERENCES "public"."root_causes"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "root_causes" ADD CONSTRAINT "root_causes_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "root_causes" ADD CONSTRAINT "root_causes_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "quality_proposals_open_key" ON "quality_proposals" USING btree ("batch_id","subject_kind","subject_id","field","class_name","metric","trigger") WHERE status = 'open';--> statement-breakpoint
CREATE INDEX "quality_proposals_project_idx" ON "quality_proposals" USING btree ("project_id","status","due_at");--> statement-breakpoint
CREATE INDEX "quality_proposals_batch_idx" ON "quality_proposals" USING btree ("batch_id","opened_at");--> statement-breakpoint
CREATE UNIQUE INDEX "read_checks_key" ON "read_checks" USING btree ("batch_id","reader_id","kind","field");--> statement-breakpoint
CREATE INDEX "root_cause_findings_case_idx" ON "root_cause_findings" USING btree ("root_cause_id","at");--> statement-breakpoint
CREATE UNIQUE INDEX "root_causes_open_key" ON "root_causes" USING btree ("batch_id","field") WHERE status <> 'closed';--> statement-breakpoint
CREATE INDEX "root_causes_project_idx" ON "root_causes" USING btree ("project_id","opened_at");--> statement-breakpoint
CREATE INDEX "reviews_created_idx" ON "reviews" USING btree ("batch_id","created_at");