DROP INDEX "readers_unposted_idx";--> statement-breakpoint
ALTER TABLE "readers" ADD COLUMN "is_unposted" boolean GENERATED ALWAYS AS (accrued_minor <> posted_minor) STORED NOT NULL;--> statement-breakpoint
CREATE INDEX "readers_unposted_idx" ON "readers" USING btree ("batch_id") WHERE is_unposted;