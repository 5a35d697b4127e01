ALTER TABLE "labels" ALTER COLUMN "slot_no" SET DATA TYPE integer;--> statement-breakpoint
ALTER TABLE "reviews" ALTER COLUMN "slot_no" SET DATA TYPE integer;--> statement-breakpoint
ALTER TABLE "readers" ALTER COLUMN "reader_no" SET DATA TYPE integer;--> statement-breakpoint
ALTER TABLE "slot_releases" ALTER COLUMN "slot_no" SET DATA TYPE integer;--> statement-breakpoint
ALTER TABLE "slots" ALTER COLUMN "slot_no" SET DATA TYPE integer;--> statement-breakpoint
-- Dealt gold (1000 + reader) and repeats (4000 + 1000 per round) get the numbers that server/work/rules.ts gives them now.
UPDATE "slots" SET "slot_no" = CASE WHEN "slot_no" < 4000 THEN "slot_no" - 1000 + 1000000 ELSE 10000000 * (1 + ("slot_no" - 4000) / 1000) + ("slot_no" - 4000) % 1000 END WHERE "tier" = 'label' AND "slot_no" BETWEEN 1000 AND 22999;--> statement-breakpoint
UPDATE "labels" SET "slot_no" = CASE WHEN "slot_no" < 4000 THEN "slot_no" - 1000 + 1000000 ELSE 10000000 * (1 + ("slot_no" - 4000) / 1000) + ("slot_no" - 4000) % 1000 END WHERE "tier" = 'label' AND "slot_no" BETWEEN 1000 AND 22999;--> statement-breakpoint
UPDATE "slot_releases" SET "slot_no" = CASE WHEN "slot_no" < 4000 THEN "slot_no" - 1000 + 1000000 ELSE 10000000 * (1 + ("slot_no" - 4000) / 1000) + ("slot_no" - 4000) % 1000 END WHERE "tier" = 'label' AND "slot_no" BETWEEN 1000 AND 22999;
