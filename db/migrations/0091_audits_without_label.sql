-- Until now a sample whose case got no final label was put aside as given up. Given up counts at its worst since 0089; without a label nothing is said of it.
UPDATE "audit_samples" s SET "status" = 'lost' FROM "tasks" t
WHERE t."batch_id" = s."batch_id" AND t."id" = s."task_id" AND s."status" = 'dropped'
	AND (t."status" = 'unusable' OR (t."status" = 'open' AND t."reads_done" = 0));
