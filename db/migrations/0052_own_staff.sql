CREATE TABLE "own_staff_orders" (
	"id" uuid PRIMARY KEY NOT NULL,
	"project_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"status" text NOT NULL,
	"price_per_read_minor" bigint NOT NULL,
	"currency" char(3) NOT NULL,
	"hours_per_week" integer NOT NULL,
	"needs_exam" boolean DEFAULT true NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"proposed_by" uuid NOT NULL,
	"proposed_at" timestamp (3) with time zone NOT NULL,
	"answered_by" uuid,
	"answered_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"end_reason" text,
	CONSTRAINT "own_staff_orders_price" CHECK (price_per_read_minor >= 0),
	CONSTRAINT "own_staff_orders_hours" CHECK (hours_per_week between 1 and 100000)
);
--> statement-breakpoint
ALTER TABLE "organisations" ADD COLUMN "in_house_of" uuid;--> statement-breakpoint
ALTER TABLE "own_staff_orders" ADD CONSTRAINT "own_staff_orders_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "own_staff_orders" ADD CONSTRAINT "own_staff_orders_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "own_staff_orders" ADD CONSTRAINT "own_staff_orders_proposed_by_people_id_fk" FOREIGN KEY ("proposed_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "own_staff_orders" ADD CONSTRAINT "own_staff_orders_answered_by_people_id_fk" FOREIGN KEY ("answered_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "own_staff_orders_live_key" ON "own_staff_orders" USING btree ("project_id","status") WHERE status in ('proposed', 'agreed');--> statement-breakpoint
CREATE INDEX "own_staff_orders_org_idx" ON "own_staff_orders" USING btree ("org_id","proposed_at");--> statement-breakpoint
ALTER TABLE "organisations" ADD CONSTRAINT "organisations_in_house_of_organisations_id_fk" FOREIGN KEY ("in_house_of") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "organisations_in_house_key" ON "organisations" USING btree ("in_house_of") WHERE in_house_of is not null;--> statement-breakpoint
ALTER TABLE "organisations" ADD CONSTRAINT "organisations_in_house_vendor" CHECK (in_house_of is null or kind = 'vendor');