CREATE TABLE "strategy_decisions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"project_id" uuid NOT NULL,
	"mode" text NOT NULL,
	"source" text NOT NULL,
	"recommended_mode" text,
	"recommended_source" text,
	"own_share_basis_points" integer NOT NULL,
	"reason" text DEFAULT '' NOT NULL,
	"inputs" jsonb NOT NULL,
	"shown" jsonb NOT NULL,
	"decided_by" uuid NOT NULL,
	"decided_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "strategy_decisions_share" CHECK (own_share_basis_points between 0 and 10000)
);
--> statement-breakpoint
ALTER TABLE "strategy_decisions" ADD CONSTRAINT "strategy_decisions_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "strategy_decisions" ADD CONSTRAINT "strategy_decisions_decided_by_people_id_fk" FOREIGN KEY ("decided_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "strategy_decisions_project_idx" ON "strategy_decisions" USING btree ("project_id","decided_at");