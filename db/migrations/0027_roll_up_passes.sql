CREATE TABLE "roll_up_passes" (
	"id" integer PRIMARY KEY NOT NULL,
	"complete_to" timestamp (3) with time zone NOT NULL
);
