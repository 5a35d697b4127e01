CREATE TABLE "dataset_documents" (
	"id" uuid PRIMARY KEY NOT NULL,
	"dataset_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"issuer" text NOT NULL,
	"reference" text NOT NULL,
	"scope" text NOT NULL,
	"issued_on" date,
	"expires_on" date,
	"file_id" uuid NOT NULL,
	"uploaded_by" uuid NOT NULL,
	"uploaded_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "dataset_documents" ADD CONSTRAINT "dataset_documents_dataset_id_datasets_id_fk" FOREIGN KEY ("dataset_id") REFERENCES "public"."datasets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dataset_documents" ADD CONSTRAINT "dataset_documents_file_id_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "dataset_documents" ADD CONSTRAINT "dataset_documents_uploaded_by_people_id_fk" FOREIGN KEY ("uploaded_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "dataset_documents_dataset_idx" ON "dataset_documents" USING btree ("dataset_id","uploaded_at");--> statement-breakpoint
CREATE INDEX "dataset_documents_uploaded_idx" ON "dataset_documents" USING btree ("uploaded_at","id");