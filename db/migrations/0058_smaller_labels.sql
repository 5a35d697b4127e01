ALTER TABLE "slots" ADD COLUMN "earlier_label_id" uuid;--> statement-breakpoint
UPDATE "slots" s SET "earlier_label_id" = (SELECT l."id" FROM "labels" l WHERE l."batch_id" = s."batch_id" AND l."task_id" = s."task_id" AND l."slot_no" = s."slot_no" ORDER BY l."revision" DESC LIMIT 1) WHERE s."label_id" IS NULL AND s."revision" > 0;--> statement-breakpoint
ALTER TABLE "labels" ALTER COLUMN "is_amendment" DROP DEFAULT;--> statement-breakpoint
ALTER TABLE "labels" ALTER COLUMN "is_amendment" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "labels" ALTER COLUMN "content_sha256" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "labels" ALTER COLUMN "shown" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "labels" ALTER COLUMN "app_build" DROP NOT NULL;--> statement-breakpoint
ALTER TABLE "labels" ALTER COLUMN "viewport" DROP NOT NULL;--> statement-breakpoint
UPDATE "labels" l SET
	"content_sha256" = CASE WHEN l."tier" IN ('review', 'audit') THEN l."content_sha256" END,
	"shown" = nullif(l."shown" - ARRAY(SELECT e.key FROM jsonb_each(l."shown") e WHERE e.value IN ('[]'::jsonb, 'null'::jsonb)), '{}'::jsonb),
	"app_build" = nullif(l."app_build", 'unknown'),
	"viewport" = nullif(l."viewport", 'unknown'),
	"is_amendment" = CASE WHEN l."is_amendment" THEN true END,
	"supersedes_id" = coalesce(l."supersedes_id", (SELECT p."id" FROM "labels" p WHERE l."revision" > 1 AND p."batch_id" = l."batch_id" AND p."task_id" = l."task_id" AND p."slot_no" = l."slot_no" AND p."revision" = l."revision" - 1));--> statement-breakpoint
DROP INDEX "labels_task_key";--> statement-breakpoint
DROP INDEX "labels_submitted_idx";--> statement-breakpoint
DROP INDEX "slots_claim_idx";--> statement-breakpoint
CREATE INDEX "labels_submitted_idx" ON "labels" USING btree ("batch_id",date_bin('10 seconds', submitted_at, '2000-01-01T00:00:00Z'::timestamptz));--> statement-breakpoint
CREATE INDEX "slots_claim_idx" ON "slots" USING btree ("batch_id","tier","lane",(sort_key >> 3)) WHERE annotator_id is null and reserved_for is null;
