DROP INDEX "readers_no_key";--> statement-breakpoint
DROP INDEX "readers_person_idx";--> statement-breakpoint
CREATE INDEX "readers_no_idx" ON "readers" USING btree ("batch_id","reader_no",lower(tier));--> statement-breakpoint
CREATE INDEX "readers_person_idx" ON "readers" USING btree ("annotator_id","batch_id","tier","joined_at");