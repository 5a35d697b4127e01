CREATE SCHEMA "ledger";
--> statement-breakpoint
CREATE TABLE "agreement_signatures" (
	"id" uuid PRIMARY KEY NOT NULL,
	"agreement_id" uuid NOT NULL,
	"side" text NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"typed_name" text NOT NULL,
	"title" text NOT NULL,
	"authority_statement" text NOT NULL,
	"consent_version" text NOT NULL,
	"document_sha256" char(64) NOT NULL,
	"auth_method" text NOT NULL,
	"session_id" uuid NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"signed_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "agreement_templates" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"version" integer NOT NULL,
	"title" text NOT NULL,
	"clauses" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "agreements" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"template_id" uuid NOT NULL,
	"party_a_org_id" uuid NOT NULL,
	"party_b_org_id" uuid NOT NULL,
	"status" text DEFAULT 'draft' NOT NULL,
	"effective_from" date NOT NULL,
	"effective_until" date,
	"file_id" uuid,
	"document_sha256" char(64),
	"sealed_file_id" uuid,
	"supersedes_id" uuid,
	"status_reason" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"activated_at" timestamp (3) with time zone,
	"ended_at" timestamp (3) with time zone,
	"retain_until" date,
	CONSTRAINT "agreements_two_parties" CHECK (party_a_org_id <> party_b_org_id)
);
--> statement-breakpoint
CREATE TABLE "gate_requirements" (
	"id" uuid PRIMARY KEY NOT NULL,
	"data_class" text NOT NULL,
	"applies_to" text NOT NULL,
	"requirement" text NOT NULL,
	"basis" text NOT NULL,
	"valid_from" date NOT NULL,
	"valid_until" date
);
--> statement-breakpoint
CREATE TABLE "workforce_attestations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"relation" text NOT NULL,
	"privacy_training_on" date NOT NULL,
	"attested_by" uuid NOT NULL,
	"attested_at" timestamp (3) with time zone NOT NULL,
	"confirmed_at" timestamp (3) with time zone,
	"valid_until" date NOT NULL,
	"revoked_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "audit_events" (
	"id" uuid PRIMARY KEY NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"action" text NOT NULL,
	"actor_kind" text NOT NULL,
	"person_id" uuid,
	"org_id" uuid,
	"system_name" text,
	"session_id" uuid,
	"request_id" text NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" uuid,
	"detail" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "signatures" (
	"id" uuid PRIMARY KEY NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"role" text NOT NULL,
	"typed_name" text NOT NULL,
	"meaning" text NOT NULL,
	"content_sha256" text NOT NULL,
	"auth_method" text NOT NULL,
	"session_id" uuid NOT NULL,
	"signed_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bid_seats" (
	"id" uuid PRIMARY KEY NOT NULL,
	"bid_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"role" text NOT NULL,
	"hours_per_week" integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE "bids" (
	"id" uuid PRIMARY KEY NOT NULL,
	"call_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"vendor_org_id" uuid NOT NULL,
	"status" text DEFAULT 'draft' NOT NULL,
	"price_per_read_minor" bigint NOT NULL,
	"currency" char(3) NOT NULL,
	"reads_per_day" integer NOT NULL,
	"start_on" date NOT NULL,
	"location_mix" jsonb NOT NULL,
	"note" text DEFAULT '' NOT NULL,
	"submitted_at" timestamp (3) with time zone,
	"valid_until" timestamp (3) with time zone,
	"status_reason" text,
	"created_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "bids_price_positive" CHECK (price_per_read_minor > 0),
	CONSTRAINT "bids_reads_positive" CHECK (reads_per_day > 0)
);
--> statement-breakpoint
CREATE TABLE "calls" (
	"id" uuid PRIMARY KEY NOT NULL,
	"project_id" uuid NOT NULL,
	"status" text DEFAULT 'draft' NOT NULL,
	"visibility" text DEFAULT 'public' NOT NULL,
	"opens_at" timestamp (3) with time zone NOT NULL,
	"closes_at" timestamp (3) with time zone NOT NULL,
	"pilot_terms" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "contracts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"project_id" uuid NOT NULL,
	"call_id" uuid NOT NULL,
	"bid_id" uuid NOT NULL,
	"vendor_org_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"share_basis_points" integer NOT NULL,
	"price_per_read_minor" bigint NOT NULL,
	"currency" char(3) NOT NULL,
	"fee_basis_points" integer NOT NULL,
	"terms" jsonb NOT NULL,
	"signed_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "contracts_share" CHECK (share_basis_points between 0 and 10000)
);
--> statement-breakpoint
CREATE TABLE "credentials" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"title" text NOT NULL,
	"issuer" text NOT NULL,
	"jurisdiction" char(2),
	"identifier" text,
	"taxonomy_code" text,
	"specialty" text,
	"issued_on" date,
	"expires_on" date,
	"status" text DEFAULT 'claimed' NOT NULL,
	"level" text DEFAULT 'self_claimed' NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "credentials_dates" CHECK (expires_on is null or issued_on is null or expires_on >= issued_on)
);
--> statement-breakpoint
CREATE TABLE "qualifications" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"protocol_version_id" uuid,
	"passed_at" timestamp (3) with time zone NOT NULL,
	"valid_until" timestamp (3) with time zone,
	"score" jsonb,
	"attempts" integer DEFAULT 1 NOT NULL
);
--> statement-breakpoint
CREATE TABLE "verifications" (
	"id" uuid PRIMARY KEY NOT NULL,
	"credential_id" uuid NOT NULL,
	"status" text NOT NULL,
	"status_date" timestamp (3) with time zone NOT NULL,
	"primary_source" text NOT NULL,
	"communication_method" text NOT NULL,
	"level" text NOT NULL,
	"evidence_sha256" char(64),
	"source_as_of" date,
	"valid_until" date,
	"note" text,
	"verified_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "asset_openings" (
	"at" timestamp (3) with time zone NOT NULL,
	"person_id" uuid NOT NULL,
	"asset_id" uuid NOT NULL,
	"batch_id" uuid,
	"allowed" boolean NOT NULL,
	"basis" text NOT NULL,
	"country" char(2)
);
--> statement-breakpoint
CREATE TABLE "assets" (
	"dataset_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"case_id" uuid NOT NULL,
	"position" smallint NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"media_type" text NOT NULL,
	"text" text,
	"file_id" uuid,
	"sha256" char(64) NOT NULL,
	"quarantined_at" timestamp (3) with time zone,
	CONSTRAINT "assets_dataset_id_case_id_position_pk" PRIMARY KEY("dataset_id","case_id","position")
);
--> statement-breakpoint
CREATE TABLE "cases" (
	"dataset_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"external_id" text NOT NULL,
	"patient_key" text NOT NULL,
	"site" text NOT NULL,
	"split" text,
	"subgroups" jsonb NOT NULL,
	"context" jsonb NOT NULL,
	"position" integer NOT NULL,
	CONSTRAINT "cases_dataset_id_id_pk" PRIMARY KEY("dataset_id","id")
);
--> statement-breakpoint
CREATE TABLE "datasets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"project_id" uuid NOT NULL,
	"name" text NOT NULL,
	"data_class" text NOT NULL,
	"subject_region" char(2),
	"legal_basis" text NOT NULL,
	"evidence" jsonb NOT NULL,
	"evidence_expires_on" date,
	"source_file_id" uuid,
	"case_count" integer DEFAULT 0 NOT NULL,
	"asset_count" integer DEFAULT 0 NOT NULL,
	"composition" jsonb NOT NULL,
	"retention_until" date,
	"legal_hold" boolean DEFAULT false NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "files" (
	"id" uuid PRIMARY KEY NOT NULL,
	"storage_key" text NOT NULL,
	"sha256" char(64) NOT NULL,
	"bytes" bigint NOT NULL,
	"media_type" text NOT NULL,
	"file_name" text NOT NULL,
	"org_id" uuid,
	"created_by" uuid,
	"created_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gold_items" (
	"id" uuid PRIMARY KEY NOT NULL,
	"project_id" uuid NOT NULL,
	"gold_set_id" uuid NOT NULL,
	"dataset_id" uuid NOT NULL,
	"case_id" uuid NOT NULL,
	"status" text NOT NULL,
	"source" text NOT NULL,
	"answers" jsonb NOT NULL,
	"unanimous" text NOT NULL,
	"rationale" text,
	"resolved_by" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gold_sets" (
	"id" uuid PRIMARY KEY NOT NULL,
	"project_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"status" text DEFAULT 'draft' NOT NULL,
	"content_sha256" char(64),
	"item_count" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"signed_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "invitations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"email" text NOT NULL,
	"role" text NOT NULL,
	"token_hash" char(64) NOT NULL,
	"invited_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"expires_at" timestamp (3) with time zone NOT NULL,
	"accepted_at" timestamp (3) with time zone,
	"accepted_by" uuid,
	"revoked_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "memberships" (
	"id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"person_id" uuid NOT NULL,
	"role" text NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "organisations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"legal_name" text NOT NULL,
	"register_number" text,
	"domain" text,
	"country" char(2) NOT NULL,
	"status" text DEFAULT 'unverified' NOT NULL,
	"signatories" uuid[] DEFAULT '{}'::uuid[] NOT NULL,
	"status_reason" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"verified_at" timestamp (3) with time zone,
	"verified_by" uuid
);
--> statement-breakpoint
CREATE TABLE "people" (
	"id" uuid PRIMARY KEY NOT NULL,
	"country" char(2),
	"created_at" timestamp (3) with time zone NOT NULL,
	"erased_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "sessions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"user_id" uuid NOT NULL,
	"active_org_id" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	"absolute_until" timestamp (3) with time zone NOT NULL,
	"revoked_at" timestamp (3) with time zone,
	"revoked_reason" text,
	"reauthenticated_at" timestamp (3) with time zone,
	"user_agent" text,
	"country" char(2)
);
--> statement-breakpoint
CREATE TABLE "sign_in_failures" (
	"email" text NOT NULL,
	"hour" timestamp (3) with time zone NOT NULL,
	"failures" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "sign_in_failures_email_hour_pk" PRIMARY KEY("email","hour")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"password_hash" text NOT NULL,
	"timezone" text DEFAULT 'UTC' NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"email_verified_at" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "users_email_lower" CHECK (email = lower(email))
);
--> statement-breakpoint
CREATE TABLE "final_labels" (
	"batch_id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	"version" smallint NOT NULL,
	"case_id" uuid NOT NULL,
	"fields" jsonb NOT NULL,
	"method" text NOT NULL,
	"sources" jsonb NOT NULL,
	"cost_minor" bigint NOT NULL,
	"currency" char(3) NOT NULL,
	"uncertain" smallint DEFAULT 0 NOT NULL,
	"settled_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "final_labels_batch_id_task_id_version_pk" PRIMARY KEY("batch_id","task_id","version")
);
--> statement-breakpoint
CREATE TABLE "gold_answers" (
	"batch_id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	"gold_item_id" uuid NOT NULL,
	"answers" jsonb NOT NULL,
	CONSTRAINT "gold_answers_batch_id_task_id_pk" PRIMARY KEY("batch_id","task_id")
);
--> statement-breakpoint
CREATE TABLE "labels" (
	"batch_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	"slot_no" smallint NOT NULL,
	"tier" text NOT NULL,
	"round" smallint NOT NULL,
	"revision" smallint DEFAULT 1 NOT NULL,
	"annotator_id" uuid NOT NULL,
	"lease_id" uuid NOT NULL,
	"terms_no" smallint NOT NULL,
	"answers" jsonb NOT NULL,
	"confidence" smallint,
	"rationale" text,
	"content_sha256" char(64) NOT NULL,
	"label_origin" text NOT NULL,
	"shown" jsonb NOT NULL,
	"app_build" text NOT NULL,
	"viewport" text NOT NULL,
	"active_ms" integer NOT NULL,
	"country" char(2),
	"submitted_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "labels_batch_id_id_pk" PRIMARY KEY("batch_id","id")
);
--> statement-breakpoint
CREATE TABLE "reviews" (
	"batch_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	"label_id" uuid NOT NULL,
	"reviewer_id" uuid NOT NULL,
	"slot_no" smallint NOT NULL,
	"outcome" text NOT NULL,
	"reason" text,
	"comment" text DEFAULT '' NOT NULL,
	"fixed_answers" jsonb,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "reviews_batch_id_id_pk" PRIMARY KEY("batch_id","id")
);
--> statement-breakpoint
CREATE TABLE "ledger"."accounts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"code" text NOT NULL,
	"owner_id" uuid NOT NULL,
	"currency" char(3) NOT NULL,
	"normal_side" text NOT NULL,
	"balance_minor" bigint NOT NULL,
	"version" bigint DEFAULT 0 NOT NULL,
	"allow_negative" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "accounts_not_negative" CHECK (allow_negative or balance_minor >= 0)
);
--> statement-breakpoint
CREATE TABLE "ledger"."entries" (
	"id" uuid PRIMARY KEY NOT NULL,
	"transfer_id" uuid NOT NULL,
	"account_id" uuid NOT NULL,
	"direction" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" char(3) NOT NULL,
	"account_version" bigint NOT NULL,
	"balance_after_minor" bigint NOT NULL,
	CONSTRAINT "entries_positive" CHECK (amount_minor > 0)
);
--> statement-breakpoint
CREATE TABLE "ledger"."transfers" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"ref_kind" text NOT NULL,
	"ref_id" uuid NOT NULL,
	"reverses_id" uuid,
	"effective_at" timestamp (3) with time zone NOT NULL,
	"posted_at" timestamp (3) with time zone NOT NULL,
	"content_sha256" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "mails" (
	"id" uuid PRIMARY KEY NOT NULL,
	"to_address" text NOT NULL,
	"subject" text NOT NULL,
	"body" text NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"sent_at" timestamp (3) with time zone,
	"failure" text
);
--> statement-breakpoint
CREATE TABLE "notifications" (
	"id" uuid PRIMARY KEY NOT NULL,
	"person_id" uuid NOT NULL,
	"org_id" uuid,
	"kind" text NOT NULL,
	"title" text NOT NULL,
	"href" text,
	"detail" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"read_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "fundings" (
	"id" uuid PRIMARY KEY NOT NULL,
	"project_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" char(3) NOT NULL,
	"method" text NOT NULL,
	"status" text DEFAULT 'created' NOT NULL,
	"payment_intent_id" text,
	"bank_reference" text,
	"proof_file_id" uuid,
	"created_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"confirmed_at" timestamp (3) with time zone,
	"failure" text,
	CONSTRAINT "fundings_positive" CHECK (amount_minor > 0)
);
--> statement-breakpoint
CREATE TABLE "payout_destinations" (
	"id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"rail" text NOT NULL,
	"currency" char(3) NOT NULL,
	"country" char(2) NOT NULL,
	"status" text DEFAULT 'pending' NOT NULL,
	"stripe_account_id" text,
	"requirements" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "payout_runs" (
	"id" uuid PRIMARY KEY NOT NULL,
	"status" text DEFAULT 'running' NOT NULL,
	"started_by" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	"finished_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "payouts" (
	"id" uuid PRIMARY KEY NOT NULL,
	"run_id" uuid NOT NULL,
	"org_id" uuid NOT NULL,
	"destination_id" uuid NOT NULL,
	"rail" text NOT NULL,
	"amount_minor" bigint NOT NULL,
	"currency" char(3) NOT NULL,
	"status" text DEFAULT 'created' NOT NULL,
	"idempotency_key" text NOT NULL,
	"external_id" text,
	"bank_reference" text,
	"proof_file_id" uuid,
	"failure" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"submitted_at" timestamp (3) with time zone,
	"confirmed_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "stripe_events" (
	"id" text PRIMARY KEY NOT NULL,
	"type" text NOT NULL,
	"account" text,
	"payload" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"received_at" timestamp (3) with time zone NOT NULL,
	"processed_at" timestamp (3) with time zone,
	"failure" text
);
--> statement-breakpoint
CREATE TABLE "pilots" (
	"id" uuid PRIMARY KEY NOT NULL,
	"project_id" uuid NOT NULL,
	"call_id" uuid NOT NULL,
	"bid_id" uuid NOT NULL,
	"contract_id" uuid NOT NULL,
	"batch_id" uuid,
	"status" text DEFAULT 'ordered' NOT NULL,
	"terms" jsonb NOT NULL,
	"decision" text,
	"decision_reason" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"decided_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "scorecards" (
	"id" uuid PRIMARY KEY NOT NULL,
	"pilot_id" uuid NOT NULL,
	"batch_id" uuid NOT NULL,
	"computed_at" timestamp (3) with time zone NOT NULL,
	"method_version" text NOT NULL,
	"results" jsonb NOT NULL,
	"verdict" text NOT NULL,
	"content_sha256" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "projects" (
	"id" uuid PRIMARY KEY NOT NULL,
	"org_id" uuid NOT NULL,
	"title" text NOT NULL,
	"summary" text DEFAULT '' NOT NULL,
	"modality" text NOT NULL,
	"anatomy" text NOT NULL,
	"intended_use" text NOT NULL,
	"data_class" text NOT NULL,
	"status" text DEFAULT 'draft' NOT NULL,
	"currency" char(3) NOT NULL,
	"budget_minor" bigint NOT NULL,
	"deadline" date NOT NULL,
	"location_policy" jsonb NOT NULL,
	"credential_rule" jsonb NOT NULL,
	"quality_policy" jsonb NOT NULL,
	"review_period_days" integer DEFAULT 7 NOT NULL,
	"platform_fee_basis_points" integer DEFAULT 1500 NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "projects_budget_positive" CHECK (budget_minor > 0),
	CONSTRAINT "projects_review_period" CHECK (review_period_days between 1 and 21)
);
--> statement-breakpoint
CREATE TABLE "protocol_versions" (
	"id" uuid PRIMARY KEY NOT NULL,
	"project_id" uuid NOT NULL,
	"version" integer NOT NULL,
	"status" text DEFAULT 'draft' NOT NULL,
	"change_class" text,
	"guidelines_markdown" text NOT NULL,
	"label_schema" jsonb NOT NULL,
	"edge_cases" jsonb NOT NULL,
	"content_sha256" char(64) NOT NULL,
	"created_by" uuid NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	"signed_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "scores" (
	"id" uuid PRIMARY KEY NOT NULL,
	"project_id" uuid NOT NULL,
	"batch_id" uuid NOT NULL,
	"subject_kind" text NOT NULL,
	"subject_id" uuid NOT NULL,
	"other_id" uuid,
	"field" text NOT NULL,
	"class_name" text DEFAULT '' NOT NULL,
	"metric" text NOT NULL,
	"value" double precision,
	"lower" double precision,
	"upper" double precision,
	"n" integer NOT NULL,
	"excluded" integer DEFAULT 0 NOT NULL,
	"reason" text,
	"method" text NOT NULL,
	"method_version" text NOT NULL,
	"computed_at" timestamp (3) with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "engagements" (
	"id" uuid PRIMARY KEY NOT NULL,
	"project_id" uuid NOT NULL,
	"contract_id" uuid,
	"person_id" uuid NOT NULL,
	"via_org_id" uuid NOT NULL,
	"role" text NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"independence_group" text,
	"status_reason" text,
	"created_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone
);
--> statement-breakpoint
CREATE TABLE "batches" (
	"id" uuid PRIMARY KEY NOT NULL,
	"project_id" uuid NOT NULL,
	"contract_id" uuid,
	"vendor_org_id" uuid,
	"dataset_id" uuid NOT NULL,
	"protocol_version_id" uuid NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"status" text DEFAULT 'draft' NOT NULL,
	"status_reason" text,
	"overlap" smallint NOT NULL,
	"rounds" smallint DEFAULT 1 NOT NULL,
	"gold_mode" text DEFAULT 'none' NOT NULL,
	"gold_share_basis_points" integer DEFAULT 0 NOT NULL,
	"review_share_basis_points" integer DEFAULT 0 NOT NULL,
	"adjudication_rule" jsonb NOT NULL,
	"consensus_method" text DEFAULT 'majority' NOT NULL,
	"lease_seconds" integer DEFAULT 900 NOT NULL,
	"prefetch" smallint DEFAULT 3 NOT NULL,
	"price_per_read_minor" bigint NOT NULL,
	"price_per_review_minor" bigint NOT NULL,
	"currency" char(3) NOT NULL,
	"fee_basis_points" integer NOT NULL,
	"assisted" boolean DEFAULT false NOT NULL,
	"data_class" text NOT NULL,
	"independence_group" text,
	"review_period_days" integer DEFAULT 7 NOT NULL,
	"seed" integer NOT NULL,
	"task_count" integer DEFAULT 0 NOT NULL,
	"slot_count" integer DEFAULT 0 NOT NULL,
	"has_late_slots" boolean DEFAULT false NOT NULL,
	"retention_until" timestamp (3) with time zone,
	"legal_hold" boolean DEFAULT false NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"opened_at" timestamp (3) with time zone,
	"closed_at" timestamp (3) with time zone,
	"settled_at" timestamp (3) with time zone,
	CONSTRAINT "batches_overlap" CHECK (overlap between 1 and 100),
	CONSTRAINT "batches_bounded" CHECK (task_count <= 200000)
);
--> statement-breakpoint
CREATE TABLE "case_flags" (
	"batch_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	"annotator_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"note" text NOT NULL,
	"reply_to" uuid,
	"created_at" timestamp (3) with time zone NOT NULL,
	"due_at" timestamp (3) with time zone,
	CONSTRAINT "case_flags_batch_id_id_pk" PRIMARY KEY("batch_id","id")
);
--> statement-breakpoint
CREATE TABLE "drafts" (
	"batch_id" uuid NOT NULL,
	"lease_id" uuid NOT NULL,
	"annotator_id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	"answers" jsonb NOT NULL,
	"active_ms" integer DEFAULT 0 NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "drafts_batch_id_lease_id_pk" PRIMARY KEY("batch_id","lease_id")
);
--> statement-breakpoint
CREATE TABLE "reader_exclusions" (
	"batch_id" uuid NOT NULL,
	"annotator_id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	CONSTRAINT "reader_exclusions_batch_id_annotator_id_task_id_pk" PRIMARY KEY("batch_id","annotator_id","task_id")
);
--> statement-breakpoint
CREATE TABLE "readers" (
	"batch_id" uuid NOT NULL,
	"annotator_id" uuid NOT NULL,
	"tier" text NOT NULL,
	"engagement_id" uuid NOT NULL,
	"reader_no" smallint NOT NULL,
	"alias" text NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"status_reason" text,
	"lane" smallint NOT NULL,
	"after_key" bigint NOT NULL,
	"late_key" bigint NOT NULL,
	"terms_no" smallint NOT NULL,
	"dealt" integer DEFAULT 0 NOT NULL,
	"gold_next" integer DEFAULT 0 NOT NULL,
	"claimed" integer DEFAULT 0 NOT NULL,
	"submitted" integer DEFAULT 0 NOT NULL,
	"skipped" integer DEFAULT 0 NOT NULL,
	"expired" integer DEFAULT 0 NOT NULL,
	"accepted" integer DEFAULT 0 NOT NULL,
	"rejected" integer DEFAULT 0 NOT NULL,
	"active_ms" bigint DEFAULT 0 NOT NULL,
	"gold_n" integer DEFAULT 0 NOT NULL,
	"gold_ok" integer DEFAULT 0 NOT NULL,
	"encumbered_minor" bigint NOT NULL,
	"accrued_minor" bigint NOT NULL,
	"posted_minor" bigint NOT NULL,
	"joined_at" timestamp (3) with time zone NOT NULL,
	"last_seen_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "readers_batch_id_annotator_id_tier_pk" PRIMARY KEY("batch_id","annotator_id","tier")
);
--> statement-breakpoint
CREATE TABLE "slot_releases" (
	"batch_id" uuid NOT NULL,
	"annotator_id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	"at" timestamp (3) with time zone NOT NULL,
	"lease_id" uuid NOT NULL,
	"reason" text NOT NULL,
	"note" text,
	CONSTRAINT "slot_releases_batch_id_annotator_id_task_id_at_pk" PRIMARY KEY("batch_id","annotator_id","task_id","at")
);
--> statement-breakpoint
CREATE TABLE "slots" (
	"batch_id" uuid NOT NULL,
	"task_id" uuid NOT NULL,
	"slot_no" smallint NOT NULL,
	"tier" text NOT NULL,
	"round" smallint DEFAULT 1 NOT NULL,
	"lane" smallint NOT NULL,
	"sort_key" bigint NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"reserved_for" uuid,
	"annotator_id" uuid,
	"lease_id" uuid,
	"lease_until" timestamp (3) with time zone,
	"claimed_at" timestamp (3) with time zone,
	"submitted_at" timestamp (3) with time zone,
	"terms_no" smallint,
	"label_id" uuid,
	"accepted_at" timestamp (3) with time zone,
	CONSTRAINT "slots_batch_id_task_id_slot_no_pk" PRIMARY KEY("batch_id","task_id","slot_no"),
	CONSTRAINT "slots_holder" CHECK ((annotator_id is null) = (status = 'open'))
);
--> statement-breakpoint
CREATE TABLE "tasks" (
	"batch_id" uuid NOT NULL,
	"id" uuid NOT NULL,
	"case_id" uuid NOT NULL,
	"sort_key" bigint NOT NULL,
	"status" text DEFAULT 'open' NOT NULL,
	"reads_needed" smallint NOT NULL,
	"reads_done" smallint DEFAULT 0 NOT NULL,
	"is_dealt_gold" boolean DEFAULT false NOT NULL,
	CONSTRAINT "tasks_batch_id_id_pk" PRIMARY KEY("batch_id","id")
);
--> statement-breakpoint
CREATE TABLE "terms" (
	"batch_id" uuid NOT NULL,
	"annotator_id" uuid NOT NULL,
	"tier" text NOT NULL,
	"terms_no" smallint NOT NULL,
	"protocol_version_id" uuid NOT NULL,
	"price_minor" bigint NOT NULL,
	"fee_minor" bigint NOT NULL,
	"currency" char(3) NOT NULL,
	"payee_org_id" uuid NOT NULL,
	"engagement_id" uuid NOT NULL,
	"credential_snapshot" jsonb NOT NULL,
	"training_record" jsonb NOT NULL,
	"gate_basis" text NOT NULL,
	"country" char(2),
	"valid_from" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "terms_batch_id_annotator_id_tier_terms_no_pk" PRIMARY KEY("batch_id","annotator_id","tier","terms_no")
);
--> statement-breakpoint
ALTER TABLE "agreement_signatures" ADD CONSTRAINT "agreement_signatures_agreement_id_agreements_id_fk" FOREIGN KEY ("agreement_id") REFERENCES "public"."agreements"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agreement_signatures" ADD CONSTRAINT "agreement_signatures_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agreement_signatures" ADD CONSTRAINT "agreement_signatures_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agreements" ADD CONSTRAINT "agreements_template_id_agreement_templates_id_fk" FOREIGN KEY ("template_id") REFERENCES "public"."agreement_templates"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agreements" ADD CONSTRAINT "agreements_party_a_org_id_organisations_id_fk" FOREIGN KEY ("party_a_org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agreements" ADD CONSTRAINT "agreements_party_b_org_id_organisations_id_fk" FOREIGN KEY ("party_b_org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agreements" ADD CONSTRAINT "agreements_file_id_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agreements" ADD CONSTRAINT "agreements_sealed_file_id_files_id_fk" FOREIGN KEY ("sealed_file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workforce_attestations" ADD CONSTRAINT "workforce_attestations_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workforce_attestations" ADD CONSTRAINT "workforce_attestations_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "workforce_attestations" ADD CONSTRAINT "workforce_attestations_attested_by_people_id_fk" FOREIGN KEY ("attested_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bid_seats" ADD CONSTRAINT "bid_seats_bid_id_bids_id_fk" FOREIGN KEY ("bid_id") REFERENCES "public"."bids"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bid_seats" ADD CONSTRAINT "bid_seats_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bids" ADD CONSTRAINT "bids_call_id_calls_id_fk" FOREIGN KEY ("call_id") REFERENCES "public"."calls"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bids" ADD CONSTRAINT "bids_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bids" ADD CONSTRAINT "bids_vendor_org_id_organisations_id_fk" FOREIGN KEY ("vendor_org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "bids" ADD CONSTRAINT "bids_created_by_people_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "calls" ADD CONSTRAINT "calls_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contracts" ADD CONSTRAINT "contracts_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contracts" ADD CONSTRAINT "contracts_call_id_calls_id_fk" FOREIGN KEY ("call_id") REFERENCES "public"."calls"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contracts" ADD CONSTRAINT "contracts_bid_id_bids_id_fk" FOREIGN KEY ("bid_id") REFERENCES "public"."bids"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contracts" ADD CONSTRAINT "contracts_vendor_org_id_organisations_id_fk" FOREIGN KEY ("vendor_org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "contracts" ADD CONSTRAINT "contracts_signed_by_people_id_fk" FOREIGN KEY ("signed_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "credentials" ADD CONSTRAINT "credentials_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "qualifications" ADD CONSTRAINT "qualifications_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "verifications" ADD CONSTRAINT "verifications_credential_id_credentials_id_fk" FOREIGN KEY ("credential_id") REFERENCES "public"."credentials"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "verifications" ADD CONSTRAINT "verifications_verified_by_people_id_fk" FOREIGN KEY ("verified_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "assets" ADD CONSTRAINT "assets_file_id_files_id_fk" FOREIGN KEY ("file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "cases" ADD CONSTRAINT "cases_dataset_id_datasets_id_fk" FOREIGN KEY ("dataset_id") REFERENCES "public"."datasets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "datasets" ADD CONSTRAINT "datasets_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "datasets" ADD CONSTRAINT "datasets_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "datasets" ADD CONSTRAINT "datasets_source_file_id_files_id_fk" FOREIGN KEY ("source_file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "datasets" ADD CONSTRAINT "datasets_created_by_people_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gold_items" ADD CONSTRAINT "gold_items_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gold_items" ADD CONSTRAINT "gold_items_gold_set_id_gold_sets_id_fk" FOREIGN KEY ("gold_set_id") REFERENCES "public"."gold_sets"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gold_sets" ADD CONSTRAINT "gold_sets_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_invited_by_people_id_fk" FOREIGN KEY ("invited_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "invitations" ADD CONSTRAINT "invitations_accepted_by_people_id_fk" FOREIGN KEY ("accepted_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "memberships" ADD CONSTRAINT "memberships_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sessions" ADD CONSTRAINT "sessions_active_org_id_organisations_id_fk" FOREIGN KEY ("active_org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."entries" ADD CONSTRAINT "entries_transfer_id_transfers_id_fk" FOREIGN KEY ("transfer_id") REFERENCES "ledger"."transfers"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger"."entries" ADD CONSTRAINT "entries_account_id_accounts_id_fk" FOREIGN KEY ("account_id") REFERENCES "ledger"."accounts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fundings" ADD CONSTRAINT "fundings_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fundings" ADD CONSTRAINT "fundings_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "fundings" ADD CONSTRAINT "fundings_proof_file_id_files_id_fk" FOREIGN KEY ("proof_file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payout_destinations" ADD CONSTRAINT "payout_destinations_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payouts" ADD CONSTRAINT "payouts_run_id_payout_runs_id_fk" FOREIGN KEY ("run_id") REFERENCES "public"."payout_runs"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payouts" ADD CONSTRAINT "payouts_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payouts" ADD CONSTRAINT "payouts_destination_id_payout_destinations_id_fk" FOREIGN KEY ("destination_id") REFERENCES "public"."payout_destinations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "payouts" ADD CONSTRAINT "payouts_proof_file_id_files_id_fk" FOREIGN KEY ("proof_file_id") REFERENCES "public"."files"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pilots" ADD CONSTRAINT "pilots_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pilots" ADD CONSTRAINT "pilots_call_id_calls_id_fk" FOREIGN KEY ("call_id") REFERENCES "public"."calls"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pilots" ADD CONSTRAINT "pilots_bid_id_bids_id_fk" FOREIGN KEY ("bid_id") REFERENCES "public"."bids"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "pilots" ADD CONSTRAINT "pilots_contract_id_contracts_id_fk" FOREIGN KEY ("contract_id") REFERENCES "public"."contracts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "scorecards" ADD CONSTRAINT "scorecards_pilot_id_pilots_id_fk" FOREIGN KEY ("pilot_id") REFERENCES "public"."pilots"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "projects" ADD CONSTRAINT "projects_org_id_organisations_id_fk" FOREIGN KEY ("org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "projects" ADD CONSTRAINT "projects_created_by_people_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "protocol_versions" ADD CONSTRAINT "protocol_versions_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "protocol_versions" ADD CONSTRAINT "protocol_versions_created_by_people_id_fk" FOREIGN KEY ("created_by") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "engagements" ADD CONSTRAINT "engagements_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "engagements" ADD CONSTRAINT "engagements_contract_id_contracts_id_fk" FOREIGN KEY ("contract_id") REFERENCES "public"."contracts"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "engagements" ADD CONSTRAINT "engagements_person_id_people_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."people"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "engagements" ADD CONSTRAINT "engagements_via_org_id_organisations_id_fk" FOREIGN KEY ("via_org_id") REFERENCES "public"."organisations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "batches" ADD CONSTRAINT "batches_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "batches" ADD CONSTRAINT "batches_protocol_version_id_protocol_versions_id_fk" FOREIGN KEY ("protocol_version_id") REFERENCES "public"."protocol_versions"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "slots" ADD CONSTRAINT "slots_task_fk" FOREIGN KEY ("batch_id","task_id") REFERENCES "public"."tasks"("batch_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "agreement_signatures_side_key" ON "agreement_signatures" USING btree ("agreement_id","side");--> statement-breakpoint
CREATE UNIQUE INDEX "agreement_templates_kind_version_key" ON "agreement_templates" USING btree ("kind","version");--> statement-breakpoint
CREATE UNIQUE INDEX "agreements_one_active" ON "agreements" USING btree ("kind","party_a_org_id","party_b_org_id") WHERE status in ('active', 'suspended', 'termination_noticed');--> statement-breakpoint
CREATE INDEX "agreements_party_a_idx" ON "agreements" USING btree ("party_a_org_id","kind","status");--> statement-breakpoint
CREATE INDEX "agreements_party_b_idx" ON "agreements" USING btree ("party_b_org_id","kind","status");--> statement-breakpoint
CREATE INDEX "gate_requirements_class_idx" ON "gate_requirements" USING btree ("data_class","valid_from");--> statement-breakpoint
CREATE INDEX "workforce_attestations_person_idx" ON "workforce_attestations" USING btree ("person_id","org_id","valid_until");--> statement-breakpoint
CREATE INDEX "audit_events_subject_idx" ON "audit_events" USING btree ("subject_kind","subject_id","at");--> statement-breakpoint
CREATE INDEX "audit_events_org_idx" ON "audit_events" USING btree ("org_id","at");--> statement-breakpoint
CREATE INDEX "signatures_subject_idx" ON "signatures" USING btree ("subject_kind","subject_id");--> statement-breakpoint
CREATE UNIQUE INDEX "bid_seats_person_role_key" ON "bid_seats" USING btree ("bid_id","person_id","role");--> statement-breakpoint
CREATE UNIQUE INDEX "bids_call_vendor_key" ON "bids" USING btree ("call_id","vendor_org_id") WHERE status not in ('withdrawn', 'declined', 'expired');--> statement-breakpoint
CREATE INDEX "bids_vendor_idx" ON "bids" USING btree ("vendor_org_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "calls_one_live" ON "calls" USING btree ("project_id") WHERE status in ('draft', 'open');--> statement-breakpoint
CREATE INDEX "calls_status_closes_idx" ON "calls" USING btree ("status","closes_at");--> statement-breakpoint
CREATE UNIQUE INDEX "contracts_bid_kind_key" ON "contracts" USING btree ("bid_id","kind");--> statement-breakpoint
CREATE INDEX "contracts_call_idx" ON "contracts" USING btree ("call_id","kind");--> statement-breakpoint
CREATE INDEX "contracts_vendor_idx" ON "contracts" USING btree ("vendor_org_id","created_at");--> statement-breakpoint
CREATE INDEX "credentials_person_idx" ON "credentials" USING btree ("person_id","status");--> statement-breakpoint
CREATE INDEX "credentials_status_created_idx" ON "credentials" USING btree ("status","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "credentials_identifier_key" ON "credentials" USING btree ("kind","issuer","identifier") WHERE identifier is not null and status <> 'revoked';--> statement-breakpoint
CREATE INDEX "qualifications_person_idx" ON "qualifications" USING btree ("person_id","kind","protocol_version_id");--> statement-breakpoint
CREATE INDEX "verifications_credential_idx" ON "verifications" USING btree ("credential_id","status_date");--> statement-breakpoint
CREATE INDEX "asset_openings_asset_idx" ON "asset_openings" USING btree ("asset_id","at");--> statement-breakpoint
CREATE INDEX "asset_openings_person_idx" ON "asset_openings" USING btree ("person_id","at");--> statement-breakpoint
CREATE UNIQUE INDEX "assets_id_key" ON "assets" USING btree ("id");--> statement-breakpoint
CREATE UNIQUE INDEX "cases_external_key" ON "cases" USING btree ("dataset_id","external_id");--> statement-breakpoint
CREATE INDEX "cases_position_idx" ON "cases" USING btree ("dataset_id","position");--> statement-breakpoint
CREATE INDEX "datasets_project_idx" ON "datasets" USING btree ("project_id","created_at");--> statement-breakpoint
CREATE INDEX "files_org_idx" ON "files" USING btree ("org_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "gold_items_case_key" ON "gold_items" USING btree ("project_id","case_id") WHERE status <> 'retired';--> statement-breakpoint
CREATE INDEX "gold_items_set_idx" ON "gold_items" USING btree ("gold_set_id","status");--> statement-breakpoint
CREATE UNIQUE INDEX "gold_sets_project_version_key" ON "gold_sets" USING btree ("project_id","version");--> statement-breakpoint
CREATE UNIQUE INDEX "invitations_token_key" ON "invitations" USING btree ("token_hash");--> statement-breakpoint
CREATE INDEX "invitations_org_idx" ON "invitations" USING btree ("org_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "memberships_org_person_role_key" ON "memberships" USING btree ("org_id","person_id","role");--> statement-breakpoint
CREATE INDEX "memberships_person_idx" ON "memberships" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "organisations_status_created_idx" ON "organisations" USING btree ("status","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "organisations_one_platform" ON "organisations" USING btree ("kind") WHERE kind = 'platform';--> statement-breakpoint
CREATE INDEX "sessions_user_idx" ON "sessions" USING btree ("user_id","revoked_at");--> statement-breakpoint
CREATE UNIQUE INDEX "users_email_key" ON "users" USING btree ("email");--> statement-breakpoint
CREATE UNIQUE INDEX "users_person_key" ON "users" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "final_labels_settled_idx" ON "final_labels" USING btree ("batch_id","settled_at","task_id");--> statement-breakpoint
CREATE UNIQUE INDEX "labels_task_key" ON "labels" USING btree ("batch_id","task_id","slot_no","revision");--> statement-breakpoint
CREATE INDEX "labels_submitted_idx" ON "labels" USING btree ("batch_id","submitted_at","id");--> statement-breakpoint
CREATE INDEX "reviews_task_idx" ON "reviews" USING btree ("batch_id","task_id");--> statement-breakpoint
CREATE UNIQUE INDEX "accounts_code_owner_key" ON "ledger"."accounts" USING btree ("code","owner_id","currency");--> statement-breakpoint
CREATE UNIQUE INDEX "entries_account_version_key" ON "ledger"."entries" USING btree ("account_id","account_version");--> statement-breakpoint
CREATE INDEX "entries_transfer_idx" ON "ledger"."entries" USING btree ("transfer_id");--> statement-breakpoint
CREATE INDEX "transfers_ref_idx" ON "ledger"."transfers" USING btree ("ref_kind","ref_id","posted_at");--> statement-breakpoint
CREATE INDEX "mails_created_idx" ON "mails" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "notifications_person_idx" ON "notifications" USING btree ("person_id","read_at","created_at");--> statement-breakpoint
CREATE INDEX "fundings_project_idx" ON "fundings" USING btree ("project_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "fundings_intent_key" ON "fundings" USING btree ("payment_intent_id") WHERE payment_intent_id is not null;--> statement-breakpoint
CREATE UNIQUE INDEX "payout_destinations_org_key" ON "payout_destinations" USING btree ("org_id","currency") WHERE status <> 'closed';--> statement-breakpoint
CREATE UNIQUE INDEX "payout_runs_one_running" ON "payout_runs" USING btree ("status") WHERE status = 'running';--> statement-breakpoint
CREATE UNIQUE INDEX "payouts_key" ON "payouts" USING btree ("idempotency_key");--> statement-breakpoint
CREATE INDEX "payouts_org_idx" ON "payouts" USING btree ("org_id","created_at");--> statement-breakpoint
CREATE INDEX "payouts_status_idx" ON "payouts" USING btree ("status","created_at");--> statement-breakpoint
CREATE INDEX "stripe_events_open_idx" ON "stripe_events" USING btree ("received_at") WHERE processed_at is null;--> statement-breakpoint
CREATE UNIQUE INDEX "pilots_contract_key" ON "pilots" USING btree ("contract_id");--> statement-breakpoint
CREATE INDEX "pilots_project_idx" ON "pilots" USING btree ("project_id","created_at");--> statement-breakpoint
CREATE INDEX "scorecards_pilot_idx" ON "scorecards" USING btree ("pilot_id","computed_at");--> statement-breakpoint
CREATE INDEX "projects_org_idx" ON "projects" USING btree ("org_id","created_at");--> statement-breakpoint
CREATE UNIQUE INDEX "protocol_versions_project_version_key" ON "protocol_versions" USING btree ("project_id","version");--> statement-breakpoint
CREATE INDEX "protocol_versions_project_idx" ON "protocol_versions" USING btree ("project_id","status");--> statement-breakpoint
CREATE INDEX "scores_batch_idx" ON "scores" USING btree ("batch_id","metric","subject_kind","subject_id","field","computed_at");--> statement-breakpoint
CREATE INDEX "scores_subject_idx" ON "scores" USING btree ("subject_id","metric","computed_at");--> statement-breakpoint
CREATE UNIQUE INDEX "engagements_person_role_key" ON "engagements" USING btree ("project_id","person_id","role","via_org_id") WHERE status <> 'ended';--> statement-breakpoint
CREATE INDEX "engagements_group_idx" ON "engagements" USING btree ("independence_group","person_id");--> statement-breakpoint
CREATE INDEX "engagements_person_idx" ON "engagements" USING btree ("person_id","status");--> statement-breakpoint
CREATE INDEX "engagements_project_idx" ON "engagements" USING btree ("project_id","status");--> statement-breakpoint
CREATE INDEX "batches_project_idx" ON "batches" USING btree ("project_id","created_at");--> statement-breakpoint
CREATE INDEX "batches_status_idx" ON "batches" USING btree ("status","vendor_org_id");--> statement-breakpoint
CREATE INDEX "case_flags_task_idx" ON "case_flags" USING btree ("batch_id","task_id");--> statement-breakpoint
CREATE INDEX "drafts_person_idx" ON "drafts" USING btree ("batch_id","annotator_id");--> statement-breakpoint
CREATE UNIQUE INDEX "readers_no_key" ON "readers" USING btree ("batch_id","tier","reader_no");--> statement-breakpoint
CREATE INDEX "readers_person_idx" ON "readers" USING btree ("annotator_id");--> statement-breakpoint
CREATE INDEX "readers_unposted_idx" ON "readers" USING btree ("batch_id") WHERE accrued_minor <> posted_minor;--> statement-breakpoint
CREATE UNIQUE INDEX "slots_person_task_key" ON "slots" USING btree ("batch_id","annotator_id","task_id","tier","round") WHERE annotator_id is not null;--> statement-breakpoint
CREATE INDEX "slots_claim_idx" ON "slots" USING btree ("batch_id","tier","lane","sort_key") WHERE annotator_id is null and reserved_for is null;--> statement-breakpoint
CREATE INDEX "slots_reserved_idx" ON "slots" USING btree ("batch_id","reserved_for") WHERE reserved_for is not null and annotator_id is null;--> statement-breakpoint
CREATE INDEX "slots_lease_idx" ON "slots" USING btree ("batch_id","lease_until") WHERE status = 'leased';--> statement-breakpoint
CREATE INDEX "slots_submitted_idx" ON "slots" USING btree ("batch_id","submitted_at") WHERE status = 'submitted';--> statement-breakpoint
CREATE INDEX "tasks_waiting_idx" ON "tasks" USING btree ("batch_id","status","sort_key") WHERE status in ('labelled', 'in_review', 'in_adjudication');--> statement-breakpoint
CREATE INDEX "tasks_gold_idx" ON "tasks" USING btree ("batch_id","sort_key") WHERE is_dealt_gold;--> statement-breakpoint
CREATE INDEX "tasks_case_idx" ON "tasks" USING btree ("batch_id","case_id");