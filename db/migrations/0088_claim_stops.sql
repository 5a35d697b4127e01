ALTER TABLE "batches" ADD COLUMN "stops" jsonb DEFAULT '[]'::jsonb NOT NULL;--> statement-breakpoint
-- What stands undecided holds its batch from now on. Stops that were only told, because the batch stood still for another reason, are taken up.
UPDATE "batches" b SET "stops" = (
	SELECT jsonb_agg(jsonb_build_object('proposalId', p."id", 'reason', CASE WHEN p."done" = 'batch_paused'
		THEN coalesce(b."status_reason", '') ELSE 'A measure is below what the project asks for.' END) ORDER BY p."opened_at", p."id")
	FROM "quality_proposals" p WHERE p."batch_id" = b."id" AND p."status" = 'open' AND p."subject_kind" = 'batch' AND p."action" = 'stop_claims')
WHERE b."status" = 'paused' AND EXISTS (SELECT 1 FROM "quality_proposals" p
	WHERE p."batch_id" = b."id" AND p."status" = 'open' AND p."subject_kind" = 'batch' AND p."action" = 'stop_claims');--> statement-breakpoint
UPDATE "quality_proposals" p SET "done" = 'batch_paused' FROM "batches" b
WHERE b."id" = p."batch_id" AND b."status" = 'paused' AND p."status" = 'open' AND p."subject_kind" = 'batch' AND p."action" = 'stop_claims';--> statement-breakpoint
ALTER TABLE "batches" ADD CONSTRAINT "batches_held" CHECK (status <> 'open' or (checkpoint_id is null and stops = '[]'::jsonb));
