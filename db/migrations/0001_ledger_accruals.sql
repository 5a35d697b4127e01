CREATE TABLE "ledger"."accruals" (
	"transfer_id" uuid PRIMARY KEY NOT NULL,
	"batch_id" uuid NOT NULL,
	"annotator_id" uuid NOT NULL,
	"tier" text NOT NULL,
	"payee_org_id" uuid NOT NULL,
	"amount_minor" bigint NOT NULL,
	"fee_minor" bigint NOT NULL,
	"currency" char(3) NOT NULL,
	"posted_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "ledger"."accruals" ADD CONSTRAINT "accruals_transfer_id_transfers_id_fk" FOREIGN KEY ("transfer_id") REFERENCES "ledger"."transfers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "accruals_payee_idx" ON "ledger"."accruals" USING btree ("payee_org_id","posted_at");--> statement-breakpoint
CREATE INDEX "accruals_person_idx" ON "ledger"."accruals" USING btree ("annotator_id","posted_at");--> statement-breakpoint
CREATE INDEX "accruals_batch_idx" ON "ledger"."accruals" USING btree ("batch_id");