CREATE TABLE "named_experts" (
	"batch_id" uuid NOT NULL,
	"annotator_id" uuid NOT NULL,
	"expert_id" uuid NOT NULL,
	"named_by" uuid NOT NULL,
	"named_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "named_experts_batch_id_annotator_id_pk" PRIMARY KEY("batch_id","annotator_id")
);
