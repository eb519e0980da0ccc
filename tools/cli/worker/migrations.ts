import { basename, extname } from "node:path";
import type * as Migrate from "../../../src/models/sql/migrate/index.ts";
import type { MigrationCall } from "./messages.ts";
import type { Modules } from "./origins.ts";

/** The subpath of the project's own copy that does the work. */
export const migrateModule = "tsverless/migrate";

/** What a migration is called: its file, without the extension. */
export const nameOfFile = (file: string): string => basename(file, extname(file));

/**
 * Does what the command line asks of the models that an entry made.
 *
 * @param modules those of the bundle: the files of migrations, and what runs them
 * @returns what is to be said, as JSON
 */
export async function migrate(
  { action, options, files }: MigrationCall,
  models: readonly object[],
  modules: Modules,
): Promise<unknown> {
  const load = modules[migrateModule] as () => Promise<unknown>;
  const { planMigration, migrateUp, migrateDown, migrationStatus } = (await load()) as typeof Migrate;
  if (action === "plan") return planMigration(models, options);
  const loaded = await Promise.all(
    files.map(async file => [nameOfFile(file), await modules[file]?.()] as const),
  );
  const migrations = Object.fromEntries(loaded) as unknown as Migrate.Migrations;
  if (action === "status") return migrationStatus(models, migrations);
  if (action === "up") return migrateUp(models, migrations);
  return (await migrateDown(models, migrations)) ?? null;
}
