CREATE TABLE "matching_weights" (
	"project_id" uuid PRIMARY KEY NOT NULL,
	"weights" jsonb NOT NULL,
	"set_by" uuid NOT NULL,
	"set_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "matching_weights" ADD CONSTRAINT "matching_weights_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;