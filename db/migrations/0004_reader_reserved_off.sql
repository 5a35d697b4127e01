DROP INDEX "slots_reserved_idx";--> statement-breakpoint
CREATE INDEX "slots_returned_idx" ON "slots" USING btree ("batch_id","annotator_id") WHERE status = 'returned';--> statement-breakpoint
CREATE INDEX "slots_reserved_idx" ON "slots" USING btree ("batch_id","reserved_for","tier","round","sort_key") WHERE reserved_for is not null and annotator_id is null;--> statement-breakpoint
ALTER TABLE "readers" DROP COLUMN "reserved";