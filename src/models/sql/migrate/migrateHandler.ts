import { checkArgument, checkOptions } from "../../../core/options.ts";
import { planMigration, tablesOf } from "./plan.ts";
import { type MigrationStatus, type Migrations, migrateDown, migrateUp, migrationStatus } from "./run.ts";
import type { MigrationPlan, Step } from "./types.ts";

/** What the function of {@link migrateHandler} is invoked with. */
export interface MigrateEvent {
  /** @default "up" */
  readonly action?: "up" | "down" | "status" | "plan";
}

/** What it gives: the migrations that ran or were taken back, or what was asked for. */
export type MigrateResult =
  | { readonly applied: readonly string[] }
  | { readonly takenBack: readonly string[] }
  | MigrationStatus
  | {
      readonly steps: readonly Pick<Step, "phase" | "table" | "does" | "risks">[];
      readonly notes: MigrationPlan["notes"];
    };

/** Options of {@link migrateHandler}. */
export interface MigrateHandlerOptions {
  /** All migrations by name: what `tsverless migrate write` keeps in the `index` of their folder. */
  migrations: Migrations;
}

/**
 * Makes the Lambda function that migrates a database which is reached from there alone. It is invoked by name, by whoever deploys, and
 * has no route: `aws lambda invoke --function-name migrate --payload '{"action":"up"}'`. What it throws fails the invocation.
 *
 * @param models models of `sqlModel`, all of one database
 * @param options the migrations
 * @returns a function of `{ action }`: `up`, when nothing is said, `down`, `status` or `plan`
 * @throws TypeError on a wrong model or option
 * @example
 * export const handler = migrateHandler([Users, Posts], { migrations });
 */
export function migrateHandler(
  models: readonly object[],
  options: MigrateHandlerOptions,
): (event?: MigrateEvent) => Promise<MigrateResult> {
  checkArgument("migrateHandler", "models", models ?? null, "array");
  checkOptions("migrateHandler", options, { migrations: "object" });
  checkArgument("migrateHandler", 'option "migrations"', options?.migrations ?? null, "object");
  tablesOf("migrateHandler", models);
  const { migrations } = options;

  return async function migrate(event) {
    const action: unknown = event?.action ?? "up";
    if (action === "up") return { applied: await migrateUp(models, migrations) };
    if (action === "down") {
      const name = await migrateDown(models, migrations);
      return { takenBack: name === undefined ? [] : [name] };
    }
    if (action === "status") return migrationStatus(models, migrations);
    if (action !== "plan") throw new TypeError("migrateHandler: action must be up, down, status or plan");
    const { steps, notes } = await planMigration(models);
    return { steps: steps.map(({ phase, table, does, risks }) => ({ phase, table, does, risks })), notes };
  };
}
