CREATE TABLE "pilot_batches" (
	"pilot_id" uuid NOT NULL,
	"sequence" integer NOT NULL,
	"batch_id" uuid NOT NULL,
	"ordered_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "pilot_batches_pilot_id_sequence_pk" PRIMARY KEY("pilot_id","sequence")
);
--> statement-breakpoint
ALTER TABLE "pilot_batches" ADD CONSTRAINT "pilot_batches_pilot_id_pilots_id_fk" FOREIGN KEY ("pilot_id") REFERENCES "public"."pilots"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pilot_batches" ADD CONSTRAINT "pilot_batches_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "pilot_batches_batch_key" ON "pilot_batches" USING btree ("batch_id");--> statement-breakpoint
CREATE INDEX "bids_held_idx" ON "bids" USING btree ("valid_until") WHERE status in ('submitted', 'shortlisted', 'piloting');--> statement-breakpoint
CREATE INDEX "pilots_call_idx" ON "pilots" USING btree ("call_id");--> statement-breakpoint
-- Every pilot so far had one batch at most, which was ordered with it.
INSERT INTO "pilot_batches" ("pilot_id", "sequence", "batch_id", "ordered_at")
SELECT "id", 1, "batch_id", "created_at" FROM "pilots" WHERE "batch_id" IS NOT NULL;--> statement-breakpoint
ALTER TABLE "pilots" DROP COLUMN "batch_id";