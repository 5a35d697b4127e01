CREATE TABLE "vendor_evidence" (
	"id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"status" text DEFAULT 'uploaded' NOT NULL,
	"issuer" text NOT NULL,
	"scope" text NOT NULL,
	"period_from" date NOT NULL,
	"period_to" date NOT NULL,
	"expires_on" date NOT NULL,
	"gaps" text DEFAULT '' NOT NULL,
	"file_id" uuid NOT NULL,
	"is_open_to_sponsors" boolean DEFAULT false NOT NULL,
	"uploaded_by" uuid NOT NULL,
	"uploaded_at" timestamp (3) with time zone NOT NULL,
	"reviewed_by" uuid,
	"reviewed_at" timestamp (3) with time zone,
	"review_note" text,
	"ended_at" timestamp (3) with time zone,
	"reminded_days" integer,
	CONSTRAINT "vendor_evidence_period" CHECK (period_from <= period_to and period_from < expires_on),
	CONSTRAINT "vendor_evidence_reviewer" CHECK (status <> 'reviewed' or reviewed_by is not null)
);
--> statement-breakpoint
CREATE TABLE "vendor_profiles" (
	"org_id" uuid PRIMARY KEY NOT NULL,
	"about" text NOT NULL,
	"regions" text[] NOT NULL,
	"focus" text[] NOT NULL,
	"updated_by" uuid NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "vendor_references" (
	"id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"client" text NOT NULL,
	"work" text NOT NULL,
	"year_from" integer NOT NULL,
	"year_to" integer,
	"attested_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"withdrawn_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "vendor_samples" (
	"id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"title" text NOT NULL,
	"body" text NOT NULL,
	"file_id" uuid,
	"attestation" jsonb NOT NULL,
	"findings" jsonb NOT NULL,
	"findings_answer" text,
	"attested_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"withdrawn_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "vendor_shown_scorecards" (
	"id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"pilot_id" uuid NOT NULL,
	"shown_by" uuid NOT NULL,
	"shown_at" timestamp (3) with time zone NOT NULL,
	"hidden_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "vendor_evidence" ADD CONSTRAINT "vendor_evidence_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_evidence" ADD CONSTRAINT "vendor_evidence_file_id_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_evidence" ADD CONSTRAINT "vendor_evidence_uploaded_by_people_id_fk" FOREIGN KEY ("uploaded_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_evidence" ADD CONSTRAINT "vendor_evidence_reviewed_by_people_id_fk" FOREIGN KEY ("reviewed_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_profiles" ADD CONSTRAINT "vendor_profiles_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_profiles" ADD CONSTRAINT "vendor_profiles_updated_by_people_id_fk" FOREIGN KEY ("updated_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_references" ADD CONSTRAINT "vendor_references_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_references" ADD CONSTRAINT "vendor_references_attested_by_people_id_fk" FOREIGN KEY ("attested_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_samples" ADD CONSTRAINT "vendor_samples_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_samples" ADD CONSTRAINT "vendor_samples_file_id_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_samples" ADD CONSTRAINT "vendor_samples_attested_by_people_id_fk" FOREIGN KEY ("attested_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_shown_scorecards" ADD CONSTRAINT "vendor_shown_scorecards_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_shown_scorecards" ADD CONSTRAINT "vendor_shown_scorecards_pilot_id_pilots_id_fk" FOREIGN KEY ("pilot_id") REFERENCES "public"."pilots"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vendor_shown_scorecards" ADD CONSTRAINT "vendor_shown_scorecards_shown_by_people_id_fk" FOREIGN KEY ("shown_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "vendor_evidence_org_idx" ON "vendor_evidence" USING btree ("org_id","status","expires_on");--> statement-breakpoint
CREATE INDEX "vendor_evidence_waiting_idx" ON "vendor_evidence" USING btree ("uploaded_at") WHERE status = 'uploaded';--> statement-breakpoint
CREATE INDEX "vendor_evidence_expiry_idx" ON "vendor_evidence" USING btree ("expires_on") WHERE status in ('uploaded', 'reviewed');--> statement-breakpoint
CREATE INDEX "vendor_references_org_idx" ON "vendor_references" USING btree ("org_id","created_at") WHERE withdrawn_at is null;--> statement-breakpoint
CREATE INDEX "vendor_samples_org_idx" ON "vendor_samples" USING btree ("org_id","created_at") WHERE withdrawn_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "vendor_shown_scorecards_key" ON "vendor_shown_scorecards" USING btree ("org_id","pilot_id") WHERE hidden_at is null;