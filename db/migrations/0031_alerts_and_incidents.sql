CREATE TABLE "case_alerts" (
	"batch_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"reasons" jsonb NOT NULL,
	"is_disputed" boolean NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone,
	"decided_at" timestamp (3) with time zone,
	"decided_by" uuid,
	"decision_note" text,
	"protocol_version_id" uuid,
	CONSTRAINT "case_alerts_batch_id_id_pk" PRIMARY KEY("batch_id","id")
);
--> statement-breakpoint
ALTER TABLE "case_flags" ADD COLUMN "outcome" text;--> statement-breakpoint
CREATE UNIQUE INDEX "case_alerts_task_key" ON "case_alerts" USING btree ("batch_id","task_id","kind");--> statement-breakpoint
CREATE INDEX "case_flags_person_idx" ON "case_flags" USING btree ("annotator_id","created_at");--> statement-breakpoint
CREATE INDEX "case_flags_incident_idx" ON "case_flags" USING btree ("created_at") WHERE kind = 'phi_seen' and reply_to is null;