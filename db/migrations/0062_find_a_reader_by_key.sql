DROP INDEX "readers_no_key";--> statement-breakpoint
CREATE UNIQUE INDEX "readers_no_key" ON "readers" USING btree ("batch_id","reader_no",lower(tier));