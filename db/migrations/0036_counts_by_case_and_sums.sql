CREATE TABLE "score_moments" (
	"batch_id" uuid NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"field" text NOT NULL,
	"day" text NOT NULL,
	"answers" integer NOT NULL,
	"moment" text NOT NULL,
	"total" numeric NOT NULL,
	CONSTRAINT "score_moments_batch_id_subject_kind_subject_id_field_day_answers_moment_pk" PRIMARY KEY("batch_id","subject_kind","subject_id","field","day","answers","moment")
);
--> statement-breakpoint
ALTER TABLE "running_scores" ADD COLUMN "exclusions" jsonb DEFAULT '{}'::jsonb NOT NULL;--> statement-breakpoint
ALTER TABLE "score_marks" ADD COLUMN "counted_as" text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE "score_marks" ADD COLUMN "watched_policy" text;--> statement-breakpoint
ALTER TABLE "scores" ADD COLUMN "exclusions" jsonb DEFAULT '{}'::jsonb NOT NULL;