CREATE TABLE "opening_grounds" (
	"id" bigint PRIMARY KEY NOT NULL,
	"words" text NOT NULL
);
--> statement-breakpoint
DROP INDEX "asset_openings_asset_idx";--> statement-breakpoint
DROP INDEX "asset_openings_person_idx";--> statement-breakpoint
ALTER TABLE "asset_openings" ADD COLUMN "ground_id" bigint;--> statement-breakpoint
-- The words of each opening are kept once, under the number that server/agreements/opening-queries.ts reckons.
UPDATE "asset_openings" SET "ground_id" =
	('x' || encode(substr(sha256(convert_to("basis", 'UTF8')), 1, 8), 'hex'))::bit(64)::bigint;--> statement-breakpoint
INSERT INTO "opening_grounds" ("id", "words") SELECT DISTINCT "ground_id", "basis" FROM "asset_openings";--> statement-breakpoint
ALTER TABLE "asset_openings" ALTER COLUMN "ground_id" SET NOT NULL;--> statement-breakpoint
CREATE INDEX "asset_openings_asset_idx" ON "asset_openings" USING btree ("asset_id");--> statement-breakpoint
CREATE INDEX "asset_openings_person_idx" ON "asset_openings" USING btree ("person_id");