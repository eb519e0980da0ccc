import type { Migrator, MigratorProps } from "kysely/migration";

/** What has the Migrator of Kysely. */
interface Migrating {
  readonly Migrator: new (props: MigratorProps) => Migrator;
}

/** Where it is before 0.29. */
async function older(error: unknown): Promise<Migrating> {
  const kysely = (await import("kysely")) as unknown as Partial<Migrating>;
  if (kysely.Migrator === undefined) throw error;
  return kysely as Migrating;
}

/** Makes the Migrator of Kysely, which has a path of its own from 0.29 on. */
export async function makeMigrator(props: MigratorProps): Promise<Migrator> {
  const { Migrator } = await import("kysely/migration").catch(older);
  return new Migrator(props);
}
