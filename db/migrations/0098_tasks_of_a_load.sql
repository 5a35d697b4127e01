ALTER TABLE "tasks" DROP CONSTRAINT "tasks_batch_id_batches_id_fk";
