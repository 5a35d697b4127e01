CREATE TABLE "credential_answers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"credential_id" uuid NOT NULL,
	"verification_id" uuid NOT NULL,
	"statement" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "credential_documents" (
	"id" uuid PRIMARY KEY NOT NULL,
	"credential_id" uuid NOT NULL,
	"file_id" uuid NOT NULL,
	"uploaded_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "label_recalls" (
	"id" uuid PRIMARY KEY NOT NULL,
	"project_id" uuid NOT NULL,
	"batch_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"credential_id" uuid NOT NULL,
	"verification_id" uuid NOT NULL,
	"since" date NOT NULL,
	"reads" integer NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"decision_reason" text,
	"decided_by" uuid,
	"decided_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
DROP INDEX "credentials_identifier_key";--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "scheme" text;--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "region" text;--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "proficiency" text;--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "number_key" text;--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "desk_since" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "desk_reason" text;--> statement-breakpoint
ALTER TABLE "credentials" ADD COLUMN "recheck_on" date;--> statement-breakpoint
ALTER TABLE "verifications" ADD COLUMN "evidence_file_id" uuid;--> statement-breakpoint
ALTER TABLE "verifications" ADD COLUMN "source_standing" text;--> statement-breakpoint
ALTER TABLE "verifications" ADD COLUMN "effective_on" date;--> statement-breakpoint
ALTER TABLE "credential_answers" ADD CONSTRAINT "credential_answers_credential_id_credentials_id_fk" FOREIGN KEY ("credential_id") REFERENCES "public"."credentials"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credential_answers" ADD CONSTRAINT "credential_answers_verification_id_verifications_id_fk" FOREIGN KEY ("verification_id") REFERENCES "public"."verifications"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credential_documents" ADD CONSTRAINT "credential_documents_credential_id_credentials_id_fk" FOREIGN KEY ("credential_id") REFERENCES "public"."credentials"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credential_documents" ADD CONSTRAINT "credential_documents_file_id_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credential_documents" ADD CONSTRAINT "credential_documents_uploaded_by_people_id_fk" FOREIGN KEY ("uploaded_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "label_recalls" ADD CONSTRAINT "label_recalls_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "label_recalls" ADD CONSTRAINT "label_recalls_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "label_recalls" ADD CONSTRAINT "label_recalls_credential_id_credentials_id_fk" FOREIGN KEY ("credential_id") REFERENCES "public"."credentials"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "label_recalls" ADD CONSTRAINT "label_recalls_verification_id_verifications_id_fk" FOREIGN KEY ("verification_id") REFERENCES "public"."verifications"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "label_recalls" ADD CONSTRAINT "label_recalls_decided_by_people_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "credential_answers_verification_key" ON "credential_answers" USING btree ("verification_id");--> statement-breakpoint
CREATE INDEX "credential_documents_credential_idx" ON "credential_documents" USING btree ("credential_id","created_at");--> statement-breakpoint
CREATE INDEX "label_recalls_project_idx" ON "label_recalls" USING btree ("project_id","status","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "label_recalls_check_key" ON "label_recalls" USING btree ("verification_id","batch_id");--> statement-breakpoint
CREATE INDEX "credentials_desk_idx" ON "credentials" USING btree ("desk_since") WHERE desk_since is not null;--> statement-breakpoint
CREATE INDEX "credentials_number_idx" ON "credentials" USING btree ("number_key") WHERE number_key is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "credentials_own_number_key" ON "credentials" USING btree ("person_id","number_key") WHERE number_key is not null and status not in ('expired', 'revoked', 'adverse');--> statement-breakpoint
CREATE INDEX "credentials_recheck_idx" ON "credentials" USING btree ("recheck_on") WHERE status = 'verified' and recheck_on is not null;--> statement-breakpoint
-- Numbers that are there already are compared as new ones are (server/credentials/schemes.ts, numberKeyOf).
UPDATE "credentials" SET "number_key" = CASE WHEN kind = 'npi' THEN 'us_npi:' || identifier ELSE kind || ':' || lower(issuer) || ':' || identifier END, "scheme" = CASE WHEN kind = 'npi' THEN 'us_npi' END WHERE identifier IS NOT NULL;
