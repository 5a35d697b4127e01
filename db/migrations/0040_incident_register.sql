CREATE TABLE "incident_letters" (
	"id" uuid PRIMARY KEY NOT NULL,
	"incident_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"to_org_id" uuid NOT NULL,
	"recipients" text[] NOT NULL,
	"subject" text NOT NULL,
	"body" text NOT NULL,
	"body_sha256" char(64) NOT NULL,
	"sent_by" uuid NOT NULL,
	"sent_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "incidents" (
	"id" uuid PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"batch_id" uuid,
	"flag_id" uuid,
	"dataset_id" uuid NOT NULL,
	"sponsor_org_id" uuid NOT NULL,
	"account" text NOT NULL,
	"discovered_at" timestamp (3) with time zone NOT NULL,
	"discovered_by" uuid,
	"is_agent" boolean DEFAULT false NOT NULL,
	"is_eu_personal" boolean DEFAULT false NOT NULL,
	"contract_due_at" timestamp (3) with time zone NOT NULL,
	"authority_due_at" timestamp (3) with time zone,
	"notify_due_at" timestamp (3) with time zone NOT NULL,
	"affected" jsonb NOT NULL,
	"assessment" jsonb,
	"decision" text,
	"decision_reason" text,
	"decided_by" uuid,
	"decided_at" timestamp (3) with time zone,
	"status" text DEFAULT 'open' NOT NULL,
	"corrective_action" text,
	"corrected_on" date,
	"registered_by" uuid NOT NULL,
	"registered_at" timestamp (3) with time zone NOT NULL,
	"closed_by" uuid,
	"closed_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "incident_letters" ADD CONSTRAINT "incident_letters_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incidents"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "incidents" ADD CONSTRAINT "incidents_dataset_id_datasets_id_fk" FOREIGN KEY ("dataset_id") REFERENCES "public"."datasets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "incidents" ADD CONSTRAINT "incidents_sponsor_org_id_organisations_id_fk" FOREIGN KEY ("sponsor_org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "incident_letters_incident_idx" ON "incident_letters" USING btree ("incident_id","sent_at");--> statement-breakpoint
CREATE INDEX "incidents_status_idx" ON "incidents" USING btree ("status","contract_due_at");--> statement-breakpoint
CREATE UNIQUE INDEX "incidents_flag_key" ON "incidents" USING btree ("flag_id");