import { basename, extname } from "node:path";
import type * as DynamoMigrate from "../../../src/models/dynamo/migrate/index.ts";
import type * as Migrate from "../../../src/models/sql/migrate/index.ts";
import type { MigrationCall } from "./messages.ts";
import type { Modules } from "./origins.ts";

/** The subpath of the project's own copy that does the work. */
export const migrateModule = "tsverless/migrate";

/** That of the plan for tables of DynamoDB. */
export const dynamoModule = "tsverless/migrate/dynamo";

/** The models that an entry made, by where they are kept. */
export interface MadeModels {
  readonly sql: object[];
  readonly dynamo: object[];
}

/** What a migration is called: its file, without the extension. */
export const nameOfFile = (file: string): string => basename(file, extname(file));

async function planDynamo(models: readonly object[], modules: Modules): Promise<DynamoMigrate.TablePlan> {
  const load = modules[dynamoModule] as () => Promise<unknown>;
  const { planTables } = (await load()) as typeof DynamoMigrate;
  return planTables(models);
}

/**
 * Does what the command line asks of the models that an entry made.
 *
 * @param modules those of the bundle: the files of migrations, and what runs them
 * @returns what is to be said, as JSON
 */
export async function migrate(
  { action, options, files }: MigrationCall,
  { sql: models, dynamo }: MadeModels,
  modules: Modules,
): Promise<unknown> {
  const tables = action === "plan" && dynamo.length > 0 ? await planDynamo(dynamo, modules) : undefined;
  if (tables && models.length === 0) return { ...tables, renames: [] };
  if (dynamo.length > 0 && models.length === 0) {
    throw new Error("migrate: models on DynamoDB have no files of migrations: see what plan says");
  }
  const load = modules[migrateModule] as () => Promise<unknown>;
  const { planMigration, migrateUp, migrateDown, migrationStatus } = (await load()) as typeof Migrate;
  if (action === "plan") {
    const { steps, notes, renames } = await planMigration(models, options);
    return {
      steps: [...steps, ...(tables?.steps ?? [])],
      notes: [...notes, ...(tables?.notes ?? [])],
      renames,
    };
  }
  const loaded = await Promise.all(
    files.map(async file => [nameOfFile(file), await modules[file]?.()] as const),
  );
  const migrations = Object.fromEntries(loaded) as unknown as Migrate.Migrations;
  if (action === "status") return migrationStatus(models, migrations);
  if (action === "up") return migrateUp(models, migrations);
  return (await migrateDown(models, migrations)) ?? null;
}
