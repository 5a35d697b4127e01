CREATE TABLE "answer_days" (
	"batch_id" uuid NOT NULL,
	"field" text NOT NULL,
	"day" text NOT NULL,
	"answer" text NOT NULL,
	"n" integer NOT NULL,
	CONSTRAINT "answer_days_batch_id_field_day_answer_pk" PRIMARY KEY("batch_id","field","day","answer")
);
--> statement-breakpoint
CREATE TABLE "read_hours" (
	"batch_id" uuid NOT NULL,
	"hour_at" timestamp (3) with time zone NOT NULL,
	"reads" integer NOT NULL,
	"active_ms" bigint NOT NULL,
	CONSTRAINT "read_hours_batch_id_hour_at_pk" PRIMARY KEY("batch_id","hour_at")
);
--> statement-breakpoint
CREATE TABLE "roll_up_marks" (
	"batch_id" uuid PRIMARY KEY NOT NULL,
	"horizon" bigint NOT NULL,
	"floor_at" timestamp (3) with time zone NOT NULL,
	"complete_to" timestamp (3) with time zone NOT NULL,
	"advanced_at" timestamp (3) with time zone NOT NULL,
	"checked" integer DEFAULT 0 NOT NULL,
	"checked_right" integer DEFAULT 0 NOT NULL,
	"checked_at" timestamp (3) with time zone,
	"checked_took_ms" integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "disputed_tasks" (
	"batch_id" uuid NOT NULL,
	"field" text NOT NULL,
	"task_id" uuid NOT NULL,
	"share" double precision NOT NULL,
	"kinds" integer NOT NULL,
	"reads" integer NOT NULL,
	CONSTRAINT "disputed_tasks_batch_id_field_task_id_pk" PRIMARY KEY("batch_id","field","task_id")
);
--> statement-breakpoint
CREATE TABLE "batch_progress" (
	"batch_id" uuid PRIMARY KEY NOT NULL,
	"tasks" jsonb NOT NULL,
	"reads_done" integer NOT NULL,
	"reads_needed" integer NOT NULL,
	"counted_at" timestamp (3) with time zone NOT NULL,
	"took_ms" integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX "disputed_tasks_rank_idx" ON "disputed_tasks" USING btree ("batch_id","field","share","kinds" DESC NULLS LAST,"reads" DESC NULLS LAST,"task_id");--> statement-breakpoint
CREATE INDEX "scores_newest_idx" ON "scores" USING btree ("batch_id","computed_at");
--> statement-breakpoint
-- Cases counted before this table was there: their disputes, field by field, as the count of a changed case would put them.
INSERT INTO "disputed_tasks" ("batch_id", "field", "task_id", "share", "kinds", "reads")
SELECT v.batch_id, v.field, v.task_id, max(v.n)::float8 / sum(v.n), count(*)::int, sum(v.n)::int
FROM (
	SELECT c.batch_id, c.task_id, a.key AS field, a.value, count(*) AS n
	FROM "scored_tasks" c
	JOIN "batches" b ON b.id = c.batch_id
	JOIN "protocol_versions" p ON p.id = b.protocol_version_id
	CROSS JOIN unnest(c.label_ids) x (id)
	JOIN "labels" l ON l.batch_id = c.batch_id AND l.id = x.id
	CROSS JOIN jsonb_each(l.answers) a
	JOIN LATERAL jsonb_array_elements(p.label_schema -> 'fields') f ON f ->> 'key' = a.key AND f ->> 'type' <> 'text'
	WHERE a.value <> '""'::jsonb
	GROUP BY 1, 2, 3, 4
) v
GROUP BY 1, 2, 3 HAVING count(*) > 1;
