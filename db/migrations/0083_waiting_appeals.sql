CREATE TABLE "waiting_appeals" (
	"batch_id" uuid NOT NULL,
	"label_id" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "waiting_appeals_batch_id_label_id_pk" PRIMARY KEY("batch_id","label_id")
);
--> statement-breakpoint
DROP INDEX "appeals_due_idx";--> statement-breakpoint
CREATE INDEX "waiting_appeals_due_idx" ON "waiting_appeals" USING btree ("due_at","label_id");--> statement-breakpoint
INSERT INTO "waiting_appeals" ("batch_id", "label_id", "created_at", "due_at")
SELECT a."batch_id", a."label_id", a."created_at", a."due_at" FROM "appeals" a
WHERE NOT EXISTS (SELECT 1 FROM "appeal_decisions" d WHERE d."batch_id" = a."batch_id" AND d."label_id" = a."label_id");
