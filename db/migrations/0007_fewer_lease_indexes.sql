DROP INDEX "slots_lease_until_idx";--> statement-breakpoint
DROP INDEX "readers_person_idx";--> statement-breakpoint
CREATE INDEX "readers_person_idx" ON "readers" USING btree ("annotator_id","batch_id","tier");