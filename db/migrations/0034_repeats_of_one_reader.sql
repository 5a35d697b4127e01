DROP INDEX "slots_reserved_idx";--> statement-breakpoint
ALTER TABLE "readers" ADD COLUMN "repeat_rounds" smallint DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "readers" ADD COLUMN "repeat_after_days" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "slots_reserved_idx" ON "slots" USING btree ("batch_id","reserved_for","tier","sort_key","round") WHERE reserved_for is not null and annotator_id is null;