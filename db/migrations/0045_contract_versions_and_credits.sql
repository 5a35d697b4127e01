CREATE TABLE "contract_call_offs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"contract_id" uuid NOT NULL,
	"batch_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"tier" text NOT NULL,
	"reads" integer NOT NULL,
	"month" date NOT NULL,
	"called_at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone,
	CONSTRAINT "contract_call_offs_reads" CHECK (reads > 0)
);
--> statement-breakpoint
CREATE TABLE "contract_signatures" (
	"id" uuid PRIMARY KEY NOT NULL,
	"version_id" uuid NOT NULL,
	"side" text NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"typed_name" text NOT NULL,
	"title" text NOT NULL,
	"authority_statement" text NOT NULL,
	"consent_version" text NOT NULL,
	"document_sha256" char(64) NOT NULL,
	"auth_method" text NOT NULL,
	"session_id" uuid NOT NULL,
	"signed_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "contract_versions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"contract_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"status" text DEFAULT 'proposed' NOT NULL,
	"terms" jsonb NOT NULL,
	"reason" text NOT NULL,
	"proposed_side" text NOT NULL,
	"proposed_by" uuid NOT NULL,
	"proposed_at" timestamp (3) with time zone NOT NULL,
	"effective_on" date NOT NULL,
	"file_id" uuid NOT NULL,
	"document_sha256" char(64) NOT NULL,
	"in_force_from" timestamp (3) with time zone,
	"sealed_file_id" uuid,
	"decided_at" timestamp (3) with time zone,
	"decision_reason" text,
	CONSTRAINT "contract_versions_number" CHECK (version >= 2),
	CONSTRAINT "contract_versions_agreed" CHECK ((status = 'agreed') = (in_force_from is not null))
);
--> statement-breakpoint
CREATE TABLE "credit_postings" (
	"transfer_id" uuid NOT NULL,
	"result_id" uuid NOT NULL,
	"payee_org_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" char(3) NOT NULL,
	"posted_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "credit_postings_transfer_id_pk" PRIMARY KEY("transfer_id")
);
--> statement-breakpoint
CREATE TABLE "sla_results" (
	"id" uuid PRIMARY KEY NOT NULL,
	"batch_id" uuid NOT NULL,
	"contract_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"measured_at" timestamp (3) with time zone NOT NULL,
	"targets" jsonb NOT NULL,
	"work_minor" bigint NOT NULL,
	"credit_minor" bigint NOT NULL,
	"posted_minor" bigint DEFAULT 0 NOT NULL,
	"currency" char(3) NOT NULL,
	"status" text NOT NULL,
	"dispute_until" timestamp (3) with time zone,
	"disputed_by" uuid,
	"disputed_at" timestamp (3) with time zone,
	"dispute_reason" text,
	"decided_by" uuid,
	"decided_at" timestamp (3) with time zone,
	"decision_reason" text,
	CONSTRAINT "sla_results_amounts" CHECK (posted_minor between 0 and credit_minor and credit_minor <= work_minor)
);
--> statement-breakpoint
ALTER TABLE "contract_call_offs" ADD CONSTRAINT "contract_call_offs_contract_id_contracts_id_fk" FOREIGN KEY ("contract_id") REFERENCES "public"."contracts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contract_call_offs" ADD CONSTRAINT "contract_call_offs_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contract_signatures" ADD CONSTRAINT "contract_signatures_version_id_contract_versions_id_fk" FOREIGN KEY ("version_id") REFERENCES "public"."contract_versions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contract_signatures" ADD CONSTRAINT "contract_signatures_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contract_signatures" ADD CONSTRAINT "contract_signatures_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contract_versions" ADD CONSTRAINT "contract_versions_contract_id_contracts_id_fk" FOREIGN KEY ("contract_id") REFERENCES "public"."contracts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contract_versions" ADD CONSTRAINT "contract_versions_proposed_by_people_id_fk" FOREIGN KEY ("proposed_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contract_versions" ADD CONSTRAINT "contract_versions_file_id_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contract_versions" ADD CONSTRAINT "contract_versions_sealed_file_id_files_id_fk" FOREIGN KEY ("sealed_file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_postings" ADD CONSTRAINT "credit_postings_result_id_sla_results_id_fk" FOREIGN KEY ("result_id") REFERENCES "public"."sla_results"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credit_postings" ADD CONSTRAINT "credit_postings_payee_org_id_organisations_id_fk" FOREIGN KEY ("payee_org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sla_results" ADD CONSTRAINT "sla_results_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sla_results" ADD CONSTRAINT "sla_results_contract_id_contracts_id_fk" FOREIGN KEY ("contract_id") REFERENCES "public"."contracts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sla_results" ADD CONSTRAINT "sla_results_disputed_by_people_id_fk" FOREIGN KEY ("disputed_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sla_results" ADD CONSTRAINT "sla_results_decided_by_people_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "contract_call_offs_month_idx" ON "contract_call_offs" USING btree ("contract_id","month");--> statement-breakpoint
CREATE INDEX "contract_call_offs_batch_idx" ON "contract_call_offs" USING btree ("batch_id","called_at");--> statement-breakpoint
CREATE UNIQUE INDEX "contract_signatures_side_key" ON "contract_signatures" USING btree ("version_id","side");--> statement-breakpoint
CREATE UNIQUE INDEX "contract_versions_number_key" ON "contract_versions" USING btree ("contract_id","version");--> statement-breakpoint
CREATE UNIQUE INDEX "contract_versions_one_proposed" ON "contract_versions" USING btree ("contract_id") WHERE status = 'proposed';--> statement-breakpoint
CREATE INDEX "contract_versions_proposed_idx" ON "contract_versions" USING btree ("proposed_at") WHERE status = 'proposed';--> statement-breakpoint
CREATE INDEX "credit_postings_payee_idx" ON "credit_postings" USING btree ("payee_org_id","posted_at");--> statement-breakpoint
CREATE INDEX "credit_postings_project_idx" ON "credit_postings" USING btree ("project_id","posted_at");--> statement-breakpoint
CREATE UNIQUE INDEX "sla_results_batch_key" ON "sla_results" USING btree ("batch_id");--> statement-breakpoint
CREATE INDEX "sla_results_contract_idx" ON "sla_results" USING btree ("contract_id","measured_at");--> statement-breakpoint
CREATE INDEX "sla_results_open_idx" ON "sla_results" USING btree ("status","dispute_until") WHERE status in ('proposed', 'disputed', 'due');