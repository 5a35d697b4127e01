DROP INDEX "slots_returned_idx";--> statement-breakpoint
DROP INDEX "slots_rejected_idx";--> statement-breakpoint
DROP INDEX "slots_lease_idx";--> statement-breakpoint
DROP INDEX "slots_submitted_idx";--> statement-breakpoint
ALTER TABLE "readers" ADD COLUMN "held" uuid[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
UPDATE "readers" r SET held = h.cases FROM (SELECT batch_id, annotator_id, tier, array_agg(task_id) AS cases FROM "slots" WHERE status = 'leased' GROUP BY 1, 2, 3) h WHERE r.batch_id = h.batch_id AND r.annotator_id = h.annotator_id AND r.tier = h.tier;--> statement-breakpoint
ALTER TABLE "readers" ADD COLUMN "is_holding" boolean GENERATED ALWAYS AS (cardinality(held) > 0) STORED NOT NULL;--> statement-breakpoint
UPDATE "slots" SET claimed_at = submitted_at WHERE status IN ('submitted', 'returned') AND claimed_at > submitted_at;--> statement-breakpoint
ALTER TABLE "slots" ADD COLUMN "aside" text GENERATED ALWAYS AS (case when status in ('returned', 'rejected', 'superseded') then status end) STORED;--> statement-breakpoint
CREATE INDEX "readers_holding_idx" ON "readers" USING btree ("batch_id","annotator_id","tier") WHERE is_holding;--> statement-breakpoint
CREATE INDEX "slots_aside_idx" ON "slots" USING btree ("batch_id","aside","annotator_id") WHERE aside is not null;--> statement-breakpoint
CREATE INDEX "slots_unaccepted_idx" ON "slots" USING btree ("batch_id",date_bin('1 second', claimed_at, '2000-01-01T00:00:00Z'::timestamptz)) WHERE annotator_id is not null and accepted_at is null and aside is null;