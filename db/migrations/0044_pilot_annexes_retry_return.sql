CREATE TABLE "pilot_annexes" (
	"signature_id" uuid PRIMARY KEY NOT NULL,
	"pilot_id" uuid NOT NULL,
	"contract_id" uuid NOT NULL,
	"json_file_id" uuid NOT NULL,
	"json_sha256" char(64) NOT NULL,
	"pdf_file_id" uuid NOT NULL,
	"pdf_sha256" char(64) NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "pilot_returns" (
	"pilot_id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"due_on" date NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"certified_at" timestamp (3) with time zone,
	"certified_by" uuid,
	"certificate" jsonb,
	"certificate_sha256" char(64)
);
--> statement-breakpoint
ALTER TABLE "signatures" ADD COLUMN "record_sha256" char(64);--> statement-breakpoint
ALTER TABLE "pilot_batches" ADD COLUMN "attempt" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "pilots" ADD COLUMN "abandoned_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "pilots" ADD COLUMN "abandon_reason" text;--> statement-breakpoint
ALTER TABLE "pilot_annexes" ADD CONSTRAINT "pilot_annexes_signature_id_signatures_id_fk" FOREIGN KEY ("signature_id") REFERENCES "public"."signatures"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pilot_annexes" ADD CONSTRAINT "pilot_annexes_pilot_id_pilots_id_fk" FOREIGN KEY ("pilot_id") REFERENCES "public"."pilots"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pilot_annexes" ADD CONSTRAINT "pilot_annexes_contract_id_contracts_id_fk" FOREIGN KEY ("contract_id") REFERENCES "public"."contracts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pilot_annexes" ADD CONSTRAINT "pilot_annexes_json_file_id_files_id_fk" FOREIGN KEY ("json_file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pilot_annexes" ADD CONSTRAINT "pilot_annexes_pdf_file_id_files_id_fk" FOREIGN KEY ("pdf_file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pilot_returns" ADD CONSTRAINT "pilot_returns_pilot_id_pilots_id_fk" FOREIGN KEY ("pilot_id") REFERENCES "public"."pilots"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pilot_returns" ADD CONSTRAINT "pilot_returns_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "pilot_annexes_pilot_idx" ON "pilot_annexes" USING btree ("pilot_id","created_at");--> statement-breakpoint
CREATE INDEX "pilot_annexes_contract_idx" ON "pilot_annexes" USING btree ("contract_id");--> statement-breakpoint
CREATE INDEX "pilot_returns_org_idx" ON "pilot_returns" USING btree ("org_id","certified_at");