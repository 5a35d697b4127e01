DROP INDEX "exam_attempts_version_key";--> statement-breakpoint
DROP INDEX "exam_attempts_general_key";--> statement-breakpoint
ALTER TABLE "exam_attempts" DROP CONSTRAINT "exam_attempts_batch_id_annotator_id_pk";--> statement-breakpoint
ALTER TABLE "exam_attempts" ADD COLUMN "revision" smallint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "exam_attempts" ADD CONSTRAINT "exam_attempts_batch_id_annotator_id_revision_pk" PRIMARY KEY("batch_id","annotator_id","revision");--> statement-breakpoint
ALTER TABLE "exam_attempts" ADD COLUMN "regrade" text;--> statement-breakpoint
ALTER TABLE "exam_attempts" ADD COLUMN "regraded_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "exam_attempts" ADD COLUMN "decided_by" uuid;--> statement-breakpoint
ALTER TABLE "exam_attempts" ADD COLUMN "reason" text;--> statement-breakpoint
CREATE UNIQUE INDEX "exam_attempts_version_key" ON "exam_attempts" USING btree ("annotator_id","protocol_version_id","kind","attempt","revision") WHERE general_exam_id is null;--> statement-breakpoint
CREATE UNIQUE INDEX "exam_attempts_general_key" ON "exam_attempts" USING btree ("annotator_id","general_exam_id","attempt","revision") WHERE general_exam_id is not null;--> statement-breakpoint
ALTER TABLE "exam_attempts" ADD CONSTRAINT "exam_attempts_regrade" CHECK ((revision = 0) = (regrade is null) and (revision = 0) = (regraded_at is null));--> statement-breakpoint
ALTER TABLE "exam_attempts" ADD CONSTRAINT "exam_attempts_decided" CHECK ((regrade is not null and regrade in ('kept', 'taken')) = (decided_by is not null and reason is not null));