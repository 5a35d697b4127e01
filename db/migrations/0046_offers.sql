CREATE TABLE "offers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"project_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"status" text NOT NULL,
	"statement" text,
	"price_per_read_minor" bigint,
	"currency" char(3),
	"reads_per_week" integer,
	"note" text,
	"expires_at" timestamp (3) with time zone,
	"engagement_id" uuid,
	"created_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "offers_complete" CHECK (status = 'applied' or status in ('declined', 'withdrawn') or (price_per_read_minor > 0 and currency is not null and reads_per_week > 0 and expires_at is not null))
);
--> statement-breakpoint
ALTER TABLE "offers" ADD CONSTRAINT "offers_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "offers" ADD CONSTRAINT "offers_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "offers" ADD CONSTRAINT "offers_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "offers" ADD CONSTRAINT "offers_engagement_id_engagements_id_fk" FOREIGN KEY ("engagement_id") REFERENCES "public"."engagements"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "offers" ADD CONSTRAINT "offers_created_by_people_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "offers_live_key" ON "offers" USING btree ("project_id","person_id") WHERE status in ('applied', 'offered');--> statement-breakpoint
CREATE INDEX "offers_project_idx" ON "offers" USING btree ("project_id","created_at");--> statement-breakpoint
CREATE INDEX "offers_engagement_idx" ON "offers" USING btree ("engagement_id") WHERE engagement_id is not null;--> statement-breakpoint
CREATE INDEX "offers_org_idx" ON "offers" USING btree ("org_id","created_at");