CREATE TABLE "agreement_remarks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"agreement_id" uuid NOT NULL,
	"clause_key" text NOT NULL,
	"side" text NOT NULL,
	"person_id" uuid NOT NULL,
	"text_version" integer NOT NULL,
	"proposed_text" text,
	"note" text NOT NULL,
	"status" text NOT NULL,
	"decided_by" uuid,
	"decided_at" timestamp (3) with time zone,
	"decision_note" text,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "agreement_texts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"agreement_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"clauses" jsonb NOT NULL,
	"remark_id" uuid,
	"created_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ba_verifications" (
	"id" uuid PRIMARY KEY NOT NULL,
	"agreement_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"statement" jsonb NOT NULL,
	"statement_sha256" char(64) NOT NULL,
	"signed_by" uuid NOT NULL,
	"auth_method" text NOT NULL,
	"signed_at" timestamp (3) with time zone NOT NULL,
	"valid_until" date NOT NULL
);
--> statement-breakpoint
CREATE TABLE "transfer_assessments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"country" char(2) NOT NULL,
	"outcome" text NOT NULL,
	"findings" jsonb NOT NULL,
	"assessed_by" uuid NOT NULL,
	"assessed_at" timestamp (3) with time zone NOT NULL,
	"valid_until" date NOT NULL
);
--> statement-breakpoint
CREATE TABLE "wind_down_duties" (
	"id" uuid PRIMARY KEY NOT NULL,
	"agreement_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"due_on" date NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"certified_at" timestamp (3) with time zone,
	"certified_by" uuid,
	"certificate" jsonb,
	"certificate_sha256" char(64)
);
--> statement-breakpoint
DROP INDEX "agreements_one_pending";--> statement-breakpoint
ALTER TABLE "agreements" ADD COLUMN "clauses" jsonb;--> statement-breakpoint
ALTER TABLE "agreements" ADD COLUMN "text_version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "agreements" ADD COLUMN "locations" text[] DEFAULT '{}' NOT NULL;--> statement-breakpoint
ALTER TABLE "agreements" ADD COLUMN "reminded_days" integer;--> statement-breakpoint
ALTER TABLE "agreements" ADD COLUMN "sent_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "workforce_attestations" ADD COLUMN "text_version" integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE "agreement_remarks" ADD CONSTRAINT "agreement_remarks_agreement_id_agreements_id_fk" FOREIGN KEY ("agreement_id") REFERENCES "public"."agreements"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agreement_texts" ADD CONSTRAINT "agreement_texts_agreement_id_agreements_id_fk" FOREIGN KEY ("agreement_id") REFERENCES "public"."agreements"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ba_verifications" ADD CONSTRAINT "ba_verifications_agreement_id_agreements_id_fk" FOREIGN KEY ("agreement_id") REFERENCES "public"."agreements"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ba_verifications" ADD CONSTRAINT "ba_verifications_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "transfer_assessments" ADD CONSTRAINT "transfer_assessments_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wind_down_duties" ADD CONSTRAINT "wind_down_duties_agreement_id_agreements_id_fk" FOREIGN KEY ("agreement_id") REFERENCES "public"."agreements"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "wind_down_duties" ADD CONSTRAINT "wind_down_duties_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "agreement_remarks_agreement_idx" ON "agreement_remarks" USING btree ("agreement_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "agreement_remarks_open_key" ON "agreement_remarks" USING btree ("agreement_id","clause_key") WHERE status = 'open';--> statement-breakpoint
CREATE UNIQUE INDEX "agreement_texts_version_key" ON "agreement_texts" USING btree ("agreement_id","version");--> statement-breakpoint
CREATE INDEX "ba_verifications_agreement_idx" ON "ba_verifications" USING btree ("agreement_id","signed_at");--> statement-breakpoint
CREATE INDEX "transfer_assessments_org_idx" ON "transfer_assessments" USING btree ("org_id","country","assessed_at");--> statement-breakpoint
CREATE UNIQUE INDEX "wind_down_duties_key" ON "wind_down_duties" USING btree ("agreement_id","org_id");--> statement-breakpoint
CREATE INDEX "wind_down_duties_org_idx" ON "wind_down_duties" USING btree ("org_id","certified_at");--> statement-breakpoint
CREATE INDEX "agreements_by_end_idx" ON "agreements" USING btree ("effective_until") WHERE status in ('signed', 'active', 'suspended', 'termination_noticed');--> statement-breakpoint
CREATE UNIQUE INDEX "agreements_one_pending" ON "agreements" USING btree ("kind","party_a_org_id","party_b_org_id") WHERE status in ('draft', 'sent', 'partially_signed', 'signed');