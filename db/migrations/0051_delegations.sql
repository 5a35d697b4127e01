CREATE TABLE "delegation_samples" (
	"id" uuid PRIMARY KEY NOT NULL,
	"delegation_id" uuid NOT NULL,
	"credential_id" uuid NOT NULL,
	"verification_id" uuid NOT NULL,
	"drawn_at" timestamp (3) with time zone NOT NULL,
	"outcome" text,
	"decided_at" timestamp (3) with time zone,
	"decided_by" uuid
);
--> statement-breakpoint
CREATE TABLE "delegations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"agreement_id" uuid NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"status_reason" text,
	"audited_on" date NOT NULL,
	"files_audited" smallint NOT NULL,
	"files_passed" smallint NOT NULL,
	"findings" text NOT NULL,
	"valid_until" date NOT NULL,
	"sample_share_basis_points" integer NOT NULL,
	"appointed_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"status_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "delegations_files" CHECK (files_passed between 0 and files_audited),
	CONSTRAINT "delegations_share" CHECK (sample_share_basis_points between 100 and 10000)
);
--> statement-breakpoint
ALTER TABLE "verifications" ADD COLUMN "delegation_id" uuid;--> statement-breakpoint
ALTER TABLE "delegation_samples" ADD CONSTRAINT "delegation_samples_delegation_id_delegations_id_fk" FOREIGN KEY ("delegation_id") REFERENCES "public"."delegations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delegation_samples" ADD CONSTRAINT "delegation_samples_credential_id_credentials_id_fk" FOREIGN KEY ("credential_id") REFERENCES "public"."credentials"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delegation_samples" ADD CONSTRAINT "delegation_samples_verification_id_verifications_id_fk" FOREIGN KEY ("verification_id") REFERENCES "public"."verifications"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delegation_samples" ADD CONSTRAINT "delegation_samples_decided_by_people_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delegations" ADD CONSTRAINT "delegations_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delegations" ADD CONSTRAINT "delegations_appointed_by_people_id_fk" FOREIGN KEY ("appointed_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "delegation_samples_verification_key" ON "delegation_samples" USING btree ("verification_id");--> statement-breakpoint
CREATE INDEX "delegation_samples_delegation_idx" ON "delegation_samples" USING btree ("delegation_id","drawn_at");--> statement-breakpoint
CREATE INDEX "delegation_samples_open_idx" ON "delegation_samples" USING btree ("credential_id") WHERE outcome is null;--> statement-breakpoint
CREATE UNIQUE INDEX "delegations_live_key" ON "delegations" USING btree ("org_id") WHERE status in ('active', 'suspended');--> statement-breakpoint
CREATE INDEX "delegations_status_idx" ON "delegations" USING btree ("status","created_at");--> statement-breakpoint
CREATE INDEX "verifications_delegation_idx" ON "verifications" USING btree ("delegation_id","status_date") WHERE delegation_id is not null;