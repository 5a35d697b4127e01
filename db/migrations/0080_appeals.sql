CREATE TABLE "appeal_decisions" (
	"batch_id" uuid NOT NULL,
	"label_id" uuid NOT NULL,
	"outcome" text NOT NULL,
	"reason" text NOT NULL,
	"decided_by" uuid NOT NULL,
	"decided_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "appeal_decisions_batch_id_label_id_pk" PRIMARY KEY("batch_id","label_id")
);
--> statement-breakpoint
CREATE TABLE "appeals" (
	"batch_id" uuid NOT NULL,
	"label_id" uuid NOT NULL,
	"annotator_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "appeals_batch_id_label_id_pk" PRIMARY KEY("batch_id","label_id")
);
--> statement-breakpoint
CREATE INDEX "appeals_person_idx" ON "appeals" USING btree ("annotator_id","created_at");--> statement-breakpoint
CREATE INDEX "appeals_due_idx" ON "appeals" USING btree ("due_at","label_id");