CREATE TABLE "absences" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"from_on" date NOT NULL,
	"to_on" date NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"withdrawn_at" timestamp (3) with time zone,
	CONSTRAINT "absences_order" CHECK (to_on >= from_on)
);
--> statement-breakpoint
CREATE TABLE "availability" (
	"person_id" uuid PRIMARY KEY NOT NULL,
	"timezone" text NOT NULL,
	"hours_per_week" integer NOT NULL,
	"windows" jsonb NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "availability_hours" CHECK (hours_per_week between 0 and 80)
);
--> statement-breakpoint
CREATE TABLE "roster_assignments" (
	"id" uuid PRIMARY KEY NOT NULL,
	"plan_id" uuid NOT NULL,
	"seat_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"status" text DEFAULT 'planned' NOT NULL,
	"hours" jsonb NOT NULL,
	"engagement_id" uuid,
	"decided_at" timestamp (3) with time zone,
	"dropped_from" date,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "roster_plans" (
	"id" uuid PRIMARY KEY NOT NULL,
	"vendor_org_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"contract_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"base_plan_id" uuid,
	"status" text DEFAULT 'solving' NOT NULL,
	"start_on" date NOT NULL,
	"weeks" integer NOT NULL,
	"parameters" jsonb NOT NULL,
	"facts" jsonb,
	"facts_sha256" char(64),
	"outcome" jsonb,
	"progress" jsonb,
	"status_reason" text,
	"created_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"solved_at" timestamp (3) with time zone,
	"chosen_by" uuid,
	"chosen_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "roster_plans_weeks" CHECK (weeks between 1 and 26)
);
--> statement-breakpoint
CREATE TABLE "roster_seats" (
	"id" uuid PRIMARY KEY NOT NULL,
	"plan_id" uuid NOT NULL,
	"key" text NOT NULL,
	"role" text NOT NULL,
	"label" text NOT NULL,
	"rule" jsonb NOT NULL,
	"least" integer NOT NULL,
	"most" integer NOT NULL,
	CONSTRAINT "roster_seats_order" CHECK (least between 0 and most)
);
--> statement-breakpoint
ALTER TABLE "absences" ADD CONSTRAINT "absences_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "availability" ADD CONSTRAINT "availability_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "roster_assignments" ADD CONSTRAINT "roster_assignments_plan_id_roster_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."roster_plans"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "roster_assignments" ADD CONSTRAINT "roster_assignments_seat_id_roster_seats_id_fk" FOREIGN KEY ("seat_id") REFERENCES "public"."roster_seats"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "roster_assignments" ADD CONSTRAINT "roster_assignments_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "roster_assignments" ADD CONSTRAINT "roster_assignments_engagement_id_engagements_id_fk" FOREIGN KEY ("engagement_id") REFERENCES "public"."engagements"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "roster_plans" ADD CONSTRAINT "roster_plans_vendor_org_id_organisations_id_fk" FOREIGN KEY ("vendor_org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "roster_plans" ADD CONSTRAINT "roster_plans_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "roster_plans" ADD CONSTRAINT "roster_plans_contract_id_contracts_id_fk" FOREIGN KEY ("contract_id") REFERENCES "public"."contracts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "roster_plans" ADD CONSTRAINT "roster_plans_created_by_people_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "roster_plans" ADD CONSTRAINT "roster_plans_chosen_by_people_id_fk" FOREIGN KEY ("chosen_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "roster_seats" ADD CONSTRAINT "roster_seats_plan_id_roster_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."roster_plans"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "absences_person_idx" ON "absences" USING btree ("person_id","to_on") WHERE withdrawn_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "roster_assignments_person_key" ON "roster_assignments" USING btree ("plan_id","person_id");--> statement-breakpoint
CREATE INDEX "roster_assignments_person_idx" ON "roster_assignments" USING btree ("person_id","status");--> statement-breakpoint
CREATE UNIQUE INDEX "roster_plans_version_key" ON "roster_plans" USING btree ("contract_id","version");--> statement-breakpoint
CREATE UNIQUE INDEX "roster_plans_one_chosen" ON "roster_plans" USING btree ("contract_id") WHERE status = 'chosen';--> statement-breakpoint
CREATE INDEX "roster_plans_vendor_idx" ON "roster_plans" USING btree ("vendor_org_id","status");--> statement-breakpoint
CREATE UNIQUE INDEX "roster_seats_plan_key" ON "roster_seats" USING btree ("plan_id","key");