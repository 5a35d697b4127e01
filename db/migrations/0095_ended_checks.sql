ALTER TABLE "batches" ADD COLUMN "audit_ended_at" timestamp (3) with time zone;--> statement-breakpoint
ALTER TABLE "batches" ADD COLUMN "rereads_ended_at" timestamp (3) with time zone;--> statement-breakpoint
-- Checks that were ended before are told by the trail: re-reads stay ended, an audit until it was ordered or drawn again.
UPDATE "batches" b SET "rereads_ended_at" = (SELECT max(e."at") FROM "audit_events" e
	WHERE e."subject_kind" = 'batch' AND e."subject_id" = b."id" AND e."action" = 'labels.audit_ended')
WHERE b."status" IN ('open', 'paused', 'closing');--> statement-breakpoint
UPDATE "batches" b SET "audit_ended_at" = b."rereads_ended_at"
WHERE b."rereads_ended_at" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "audit_events" e
	WHERE e."subject_kind" = 'batch' AND e."subject_id" = b."id" AND e."action" IN ('labels.audit_ordered', 'labels.audit_drawn_again')
		AND e."at" > b."rereads_ended_at");--> statement-breakpoint
-- A panel or a pilot that stands at a share from before such batches took none could not be signed: what is signed is shown once it has been read. It stays paused until its sponsor resumes it.
UPDATE "batches" b SET "checkpoint_id" = NULL, "status_reason" = CASE WHEN b."status" = 'paused' AND b."status_reason" = c."reason"
	THEN coalesce(b."stops" -> 0 ->> 'reason', 'It stopped at a checkpoint, as such batches do no more. It goes on when it is resumed.')
	ELSE b."status_reason" END
FROM "checkpoints" c WHERE c."id" = b."checkpoint_id" AND c."trigger" = 'share' AND b."kind" NOT IN ('production', 'relabel');
