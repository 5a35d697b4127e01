ALTER TABLE "agreements" ADD COLUMN "suspended_by_org_id" uuid;--> statement-breakpoint
ALTER TABLE "ba_verifications" ADD COLUMN "file_id" uuid;--> statement-breakpoint
ALTER TABLE "ba_verifications" ADD COLUMN "sealed_file_id" uuid;--> statement-breakpoint
ALTER TABLE "incidents" ADD COLUMN "discoverer_role" text;--> statement-breakpoint
ALTER TABLE "ba_verifications" ADD CONSTRAINT "ba_verifications_file_id_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ba_verifications" ADD CONSTRAINT "ba_verifications_sealed_file_id_files_id_fk" FOREIGN KEY ("sealed_file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;