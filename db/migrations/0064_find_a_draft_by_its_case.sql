DROP INDEX "drafts_person_idx";--> statement-breakpoint
CREATE INDEX "drafts_task_idx" ON "drafts" USING btree ("batch_id","annotator_id","task_id");