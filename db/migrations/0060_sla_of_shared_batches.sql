DROP INDEX "sla_results_batch_key";--> statement-breakpoint
CREATE UNIQUE INDEX "sla_results_batch_contract_key" ON "sla_results" USING btree ("batch_id","contract_id");