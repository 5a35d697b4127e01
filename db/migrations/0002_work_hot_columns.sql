ALTER TABLE "slots" DROP CONSTRAINT "slots_task_fk";
--> statement-breakpoint
DROP INDEX "slots_reserved_idx";--> statement-breakpoint
DROP INDEX "slots_lease_idx";--> statement-breakpoint
ALTER TABLE "slot_releases" DROP CONSTRAINT "slot_releases_batch_id_annotator_id_task_id_at_pk";--> statement-breakpoint
ALTER TABLE "slot_releases" ADD CONSTRAINT "slot_releases_batch_id_annotator_id_task_id_at_lease_id_pk" PRIMARY KEY("batch_id","annotator_id","task_id","at","lease_id");--> statement-breakpoint
ALTER TABLE "labels" ADD COLUMN "is_amendment" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "labels" ADD COLUMN "supersedes_id" uuid;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "gold_count" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "reserved_minor" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "needs_training" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "created_by" uuid;--> statement-breakpoint
ALTER TABLE "readers" ADD COLUMN "sweep_key" bigint DEFAULT -1 NOT NULL;--> statement-breakpoint
ALTER TABLE "readers" ADD COLUMN "reserved" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "readers" ADD COLUMN "released" integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "readers" ADD COLUMN "checked_at" timestamp (3) with time zone NOT NULL;--> statement-breakpoint
ALTER TABLE "slot_releases" ADD COLUMN "slot_no" smallint NOT NULL;--> statement-breakpoint
ALTER TABLE "slot_releases" ADD COLUMN "tier" text NOT NULL;--> statement-breakpoint
ALTER TABLE "slot_releases" ADD COLUMN "cause" text NOT NULL;--> statement-breakpoint
ALTER TABLE "slot_releases" ADD COLUMN "excludes" boolean NOT NULL;--> statement-breakpoint
ALTER TABLE "slot_releases" ADD COLUMN "paid_minor" bigint NOT NULL;--> statement-breakpoint
ALTER TABLE "slots" ADD COLUMN "revision" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "tasks" ADD COLUMN "skips" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "tasks" ADD CONSTRAINT "tasks_batch_id_batches_id_fk" FOREIGN KEY ("batch_id") REFERENCES "public"."batches"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "slots_lease_until_idx" ON "slots" USING btree ("batch_id","lease_until") WHERE status = 'leased';--> statement-breakpoint
CREATE INDEX "slots_reserved_idx" ON "slots" USING btree ("batch_id","reserved_for","tier","round","sort_key") WHERE reserved_for is not null and status in ('open', 'returned');--> statement-breakpoint
CREATE INDEX "slots_lease_idx" ON "slots" USING btree ("batch_id","lease_id") WHERE status = 'leased';