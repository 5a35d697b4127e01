DROP INDEX "agreements_one_pending";--> statement-breakpoint
ALTER TABLE "contract_signatures" ADD COLUMN "ip_address" text;--> statement-breakpoint
ALTER TABLE "contract_signatures" ADD COLUMN "user_agent" text;--> statement-breakpoint
CREATE UNIQUE INDEX "agreements_one_signed" ON "agreements" USING btree ("kind","party_a_org_id","party_b_org_id") WHERE status = 'signed';--> statement-breakpoint
CREATE UNIQUE INDEX "agreements_one_pending" ON "agreements" USING btree ("kind","party_a_org_id","party_b_org_id") WHERE status in ('draft', 'sent', 'partially_signed');