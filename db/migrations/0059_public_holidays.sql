CREATE TABLE "holiday_choices" (
	"person_id" uuid PRIMARY KEY NOT NULL,
	"keeps" boolean NOT NULL,
	"country" char(2),
	"region" text,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "holiday_defaults" (
	"org_id" uuid PRIMARY KEY NOT NULL,
	"country" char(2),
	"region" text,
	"set_by" uuid NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "worked_holidays" (
	"person_id" uuid NOT NULL,
	"on_day" date NOT NULL,
	CONSTRAINT "worked_holidays_person_id_on_day_pk" PRIMARY KEY("person_id","on_day")
);
--> statement-breakpoint
ALTER TABLE "holiday_choices" ADD CONSTRAINT "holiday_choices_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holiday_defaults" ADD CONSTRAINT "holiday_defaults_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holiday_defaults" ADD CONSTRAINT "holiday_defaults_set_by_people_id_fk" FOREIGN KEY ("set_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "worked_holidays" ADD CONSTRAINT "worked_holidays_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;