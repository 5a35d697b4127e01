CREATE TABLE "general_exams" (
	"id" uuid PRIMARY KEY NOT NULL,
	"owner_org_id" uuid NOT NULL,
	"title" text NOT NULL,
	"subject_kind" text NOT NULL,
	"subject" text NOT NULL,
	"specialty" text NOT NULL,
	"pass_level_basis_points" integer NOT NULL,
	"retry_after_days" smallint NOT NULL,
	"max_attempts" smallint NOT NULL,
	"valid_months" smallint NOT NULL,
	"entry_rule" jsonb NOT NULL,
	"price_per_read_minor" bigint NOT NULL,
	"currency" char(3) NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"status_reason" text,
	"created_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"closed_at" timestamp (3) with time zone,
	CONSTRAINT "general_exams_level" CHECK (pass_level_basis_points between 1 and 9999),
	CONSTRAINT "general_exams_tries" CHECK (max_attempts between 1 and 10 and retry_after_days between 0 and 365),
	CONSTRAINT "general_exams_valid" CHECK (valid_months between 1 and 60)
);
--> statement-breakpoint
DROP INDEX "exam_attempts_person_key";--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "general_exam_id" uuid;--> statement-breakpoint
ALTER TABLE "exam_attempts" ADD COLUMN "general_exam_id" uuid;--> statement-breakpoint
ALTER TABLE "general_exams" ADD CONSTRAINT "general_exams_owner_org_id_organisations_id_fk" FOREIGN KEY ("owner_org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "general_exams" ADD CONSTRAINT "general_exams_created_by_people_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "general_exams_specialty_key" ON "general_exams" USING btree (lower("specialty"));--> statement-breakpoint
CREATE INDEX "general_exams_owner_idx" ON "general_exams" USING btree ("owner_org_id","created_at");--> statement-breakpoint
CREATE INDEX "batches_general_exam_idx" ON "batches" USING btree ("general_exam_id") WHERE general_exam_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "exam_attempts_version_key" ON "exam_attempts" USING btree ("annotator_id","protocol_version_id","kind","attempt") WHERE general_exam_id is null;--> statement-breakpoint
CREATE UNIQUE INDEX "exam_attempts_general_key" ON "exam_attempts" USING btree ("annotator_id","general_exam_id","attempt") WHERE general_exam_id is not null;--> statement-breakpoint
CREATE INDEX "exam_attempts_exam_idx" ON "exam_attempts" USING btree ("general_exam_id","finished_at") WHERE general_exam_id is not null;