CREATE TABLE "exclusion_records" (
	"import_id" uuid NOT NULL,
	"line" integer NOT NULL,
	"source" text NOT NULL,
	"is_person" boolean NOT NULL,
	"last_name" text,
	"first_name" text,
	"middle_name" text,
	"business_name" text,
	"npi" char(10),
	"birth_date" date,
	"city" text,
	"state" text,
	"country" text,
	"specialty" text,
	"reason" text,
	"agency" text,
	"excluded_on" date,
	"excluded_until" date,
	"waiver_on" date,
	"waiver_state" text,
	"record_number" text,
	"remarks" text,
	"record_hash" char(32) NOT NULL,
	"last_key" text,
	"first_key" text,
	"sound_key" text,
	CONSTRAINT "exclusion_records_import_id_line_pk" PRIMARY KEY("import_id","line")
);
--> statement-breakpoint
CREATE TABLE "npi_checks" (
	"id" uuid PRIMARY KEY NOT NULL,
	"credential_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"outcome" text NOT NULL,
	"elements" jsonb NOT NULL,
	"source" text NOT NULL,
	"source_as_of" date,
	"source_sha256" char(64),
	"checked_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "npi_checks_source" CHECK (source <> '')
);
--> statement-breakpoint
CREATE TABLE "register_imports" (
	"id" uuid PRIMARY KEY NOT NULL,
	"source" text NOT NULL,
	"mode" text NOT NULL,
	"status" text DEFAULT 'staging' NOT NULL,
	"file_name" text NOT NULL,
	"file_sha256" char(64) NOT NULL,
	"file_bytes" bigint NOT NULL,
	"as_of" date NOT NULL,
	"bytes_done" bigint DEFAULT 0 NOT NULL,
	"lines_done" integer DEFAULT 0 NOT NULL,
	"rows_done" integer DEFAULT 0 NOT NULL,
	"rows_before" integer,
	"base_id" uuid,
	"layer" integer DEFAULT 0 NOT NULL,
	"shrunk_reason" text,
	"problems" jsonb DEFAULT '[]'::jsonb NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	"cleared_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "register_providers" (
	"import_id" uuid NOT NULL,
	"npi" char(10) NOT NULL,
	"entity_type" char(1),
	"replacement_npi" char(10),
	"last_name" text,
	"first_name" text,
	"middle_name" text,
	"credential" text,
	"other_last_name" text,
	"other_first_name" text,
	"organisation_name" text,
	"state" text,
	"enumerated_on" date,
	"updated_on" date,
	"deactivated_on" date,
	"reactivated_on" date,
	"taxonomies" jsonb NOT NULL,
	CONSTRAINT "register_providers_import_id_npi_pk" PRIMARY KEY("import_id","npi")
);
--> statement-breakpoint
CREATE TABLE "register_specialties" (
	"import_id" uuid NOT NULL,
	"code" char(10) NOT NULL,
	"grouping" text,
	"classification" text NOT NULL,
	"specialization" text,
	"display_name" text NOT NULL,
	"section" text,
	CONSTRAINT "register_specialties_import_id_code_pk" PRIMARY KEY("import_id","code")
);
--> statement-breakpoint
CREATE TABLE "screening_decisions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"hit_id" uuid NOT NULL,
	"decision" text NOT NULL,
	"reason" text NOT NULL,
	"evidence" text,
	"decided_by" uuid NOT NULL,
	"decided_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "screening_hits" (
	"id" uuid PRIMARY KEY NOT NULL,
	"run_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"source" text NOT NULL,
	"record_hash" char(32) NOT NULL,
	"record" jsonb NOT NULL,
	"basis" text NOT NULL,
	"score" real NOT NULL,
	"comparison" jsonb NOT NULL,
	"person_version" text NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"is_listed" boolean DEFAULT true NOT NULL,
	"opened_at" timestamp (3) with time zone NOT NULL,
	"decided_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "screening_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"cause" text NOT NULL,
	"person_id" uuid,
	"status" text DEFAULT 'running' NOT NULL,
	"lists" jsonb NOT NULL,
	"cursor" uuid,
	"people_screened" integer DEFAULT 0 NOT NULL,
	"hits_new" integer DEFAULT 0 NOT NULL,
	"hits_known" integer DEFAULT 0 NOT NULL,
	"set_aside" integer DEFAULT 0 NOT NULL,
	"started_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "legal_given_name" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "legal_family_name" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "former_family_name" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "birth_date" date;--> statement-breakpoint
ALTER TABLE "npi_checks" ADD CONSTRAINT "npi_checks_credential_id_credentials_id_fk" FOREIGN KEY ("credential_id") REFERENCES "public"."credentials"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "npi_checks" ADD CONSTRAINT "npi_checks_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "screening_decisions" ADD CONSTRAINT "screening_decisions_hit_id_screening_hits_id_fk" FOREIGN KEY ("hit_id") REFERENCES "public"."screening_hits"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "screening_decisions" ADD CONSTRAINT "screening_decisions_decided_by_people_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "screening_hits" ADD CONSTRAINT "screening_hits_run_id_screening_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."screening_runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "screening_hits" ADD CONSTRAINT "screening_hits_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "screening_runs" ADD CONSTRAINT "screening_runs_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "exclusion_records_npi_idx" ON "exclusion_records" USING btree ("import_id","npi") WHERE npi is not null;--> statement-breakpoint
CREATE INDEX "exclusion_records_last_idx" ON "exclusion_records" USING btree ("import_id","last_key","first_key");--> statement-breakpoint
CREATE INDEX "exclusion_records_sound_idx" ON "exclusion_records" USING btree ("import_id","sound_key");--> statement-breakpoint
CREATE INDEX "exclusion_records_hash_idx" ON "exclusion_records" USING btree ("import_id","record_hash");--> statement-breakpoint
CREATE INDEX "npi_checks_credential_idx" ON "npi_checks" USING btree ("credential_id","checked_at");--> statement-breakpoint
CREATE INDEX "npi_checks_person_idx" ON "npi_checks" USING btree ("person_id");--> statement-breakpoint
CREATE UNIQUE INDEX "register_imports_current_key" ON "register_imports" USING btree ("source") WHERE status = 'current' and mode = 'full';--> statement-breakpoint
CREATE UNIQUE INDEX "register_imports_staging_key" ON "register_imports" USING btree ("source") WHERE status = 'staging';--> statement-breakpoint
CREATE INDEX "register_imports_source_idx" ON "register_imports" USING btree ("source","started_at");--> statement-breakpoint
CREATE INDEX "screening_decisions_hit_idx" ON "screening_decisions" USING btree ("hit_id","decided_at");--> statement-breakpoint
CREATE UNIQUE INDEX "screening_hits_asked_key" ON "screening_hits" USING btree ("person_id","source","record_hash","person_version");--> statement-breakpoint
CREATE INDEX "screening_hits_open_idx" ON "screening_hits" USING btree ("opened_at") WHERE status = 'open';--> statement-breakpoint
CREATE INDEX "screening_hits_confirmed_idx" ON "screening_hits" USING btree ("person_id") WHERE status = 'confirmed';--> statement-breakpoint
CREATE INDEX "screening_runs_started_idx" ON "screening_runs" USING btree ("started_at");--> statement-breakpoint
CREATE INDEX "screening_runs_person_idx" ON "screening_runs" USING btree ("person_id","started_at");