DROP INDEX "ledger"."accruals_payee_idx";--> statement-breakpoint
DROP INDEX "ledger"."accruals_person_idx";--> statement-breakpoint
ALTER TABLE "stripe_events" ADD COLUMN "attention" text;--> statement-breakpoint
ALTER TABLE "readers" ADD COLUMN "accrued_fee_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "readers" ADD COLUMN "posted_fee_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "slot_releases" ADD COLUMN "fee_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "stripe_events_attention_idx" ON "stripe_events" USING btree ("received_at") WHERE attention is not null;--> statement-breakpoint
CREATE INDEX "accruals_payee_idx" ON "ledger"."accruals" USING btree ("payee_org_id","posted_at","transfer_id");--> statement-breakpoint
CREATE INDEX "accruals_person_idx" ON "ledger"."accruals" USING btree ("annotator_id","posted_at","transfer_id");