export {
  type MigrateEvent,
  type MigrateHandlerOptions,
  type MigrateResult,
  migrateHandler,
} from "./migrateHandler.ts";
export { type PlanOptions, planMigration } from "./plan.ts";
export {
  type Migration,
  MigrationError,
  type MigrationStatus,
  type Migrations,
  migrateDown,
  migrateUp,
  migrationStatus,
} from "./run.ts";
export type { MigrationLine, MigrationPlan, Step } from "./types.ts";
