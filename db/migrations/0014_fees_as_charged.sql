-- What was charged before fees were counted slot by slot stays as it was charged; what has accrued and is not posted yet
-- is taken over by the rule that held for it, so that the next posting charges what the last version would have.
UPDATE "readers" r SET
  "posted_fee_minor" = f.posted,
  "accrued_fee_minor" = f.posted + f.open
FROM (
  SELECT r.batch_id, r.annotator_id, r.tier,
    coalesce((SELECT sum(a.fee_minor) FROM "ledger"."accruals" a
      WHERE a.batch_id = r.batch_id AND a.annotator_id = r.annotator_id AND a.tier = r.tier), 0)::bigint AS posted,
    CASE WHEN coalesce(t.fee_minor, 0) = 0 THEN 0
      ELSE r.accrued_minor * b.fee_basis_points / 10000 - r.posted_minor * b.fee_basis_points / 10000 END AS open
  FROM "readers" r
  JOIN "batches" b ON b.id = r.batch_id
  LEFT JOIN "terms" t ON t.batch_id = r.batch_id AND t.annotator_id = r.annotator_id AND t.tier = r.tier
    AND t.terms_no = r.terms_no
  WHERE r.accrued_minor <> 0
) f
WHERE r.batch_id = f.batch_id AND r.annotator_id = f.annotator_id AND r.tier = f.tier;
