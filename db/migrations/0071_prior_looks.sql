CREATE TABLE "prior_looks" (
	"batch_id" uuid NOT NULL,
	"annotator_id" uuid NOT NULL,
	"prior_batch_id" uuid NOT NULL,
	"after_task_id" uuid,
	"is_through" boolean DEFAULT false NOT NULL,
	"again_task_ids" uuid[] DEFAULT '{}' NOT NULL,
	CONSTRAINT "prior_looks_batch_id_annotator_id_prior_batch_id_pk" PRIMARY KEY("batch_id","annotator_id","prior_batch_id")
);
