ALTER TABLE "gold_items" ADD COLUMN "status_reason" text;--> statement-breakpoint
ALTER TABLE "gold_answers" ADD COLUMN "withdrawn_at" timestamp (3) with time zone;--> statement-breakpoint
CREATE INDEX "gold_answers_item_idx" ON "gold_answers" USING btree ("gold_item_id");