import { drizzle as drizzlePostgres } from "drizzle-orm/node-postgres";
import * as pg from "drizzle-orm/pg-core";
import * as lite from "drizzle-orm/sqlite-core";
import type { SqliteRemoteDatabase } from "drizzle-orm/sqlite-proxy";
import { expectTypeOf } from "vitest";
import * as z from "zod";
import { drizzleModel } from "../../../../src/models/drizzle/drizzleModel.ts";
import { sqliteDecimal } from "../../../../src/models/drizzle/sqlite.ts";
import type { FullModel } from "../../../../src/models/types.ts";

const users = lite.sqliteTable("users", {
  id: lite.text().primaryKey(),
  nick: lite.text(),
  seenAt: lite.integer({ mode: "timestamp_ms" }).notNull(),
  price: sqliteDecimal().notNull(),
  role: lite.text({ enum: ["admin", "user"] }).notNull(),
  version: lite.integer().notNull(),
});
const items = pg.pgTable("items", {
  id: pg.uuid().primaryKey(),
  tags: pg.text().array(),
  data: pg.jsonb().$type<{ a: number }>(),
});

interface User {
  id: string;
  nick: string | null;
  seenAt: Date;
  price: string;
  role: "admin" | "user";
  version: number;
}

export function objectsAreOfTheTablesType(db: SqliteRemoteDatabase): void {
  const Users = drizzleModel(db, users, { version: "version" });
  expectTypeOf(Users).toEqualTypeOf<FullModel<User>>();
  const Items = drizzleModel(drizzlePostgres(""), items);
  expectTypeOf(Items).toEqualTypeOf<
    FullModel<{ id: string; tags: string[] | null; data: { a: number } | null }>
  >();
}

export async function transactionsAreDatabases(): Promise<void> {
  await drizzlePostgres("").transaction(async tx => {
    expectTypeOf(await drizzleModel(tx, items).objects.get("a")).toEqualTypeOf<
      { id: string; tags: string[] | null; data: { a: number } | null } | undefined
    >();
  });
}

export function optionsNameColumns(db: SqliteRemoteDatabase): void {
  // @ts-expect-error "versoin" is not a column
  drizzleModel(db, users, { version: "versoin" });
  // @ts-expect-error "nope" is not a column
  drizzleModel(db, users, { columns: { nope: "text" } });
  // @ts-expect-error "string" is not a kind
  drizzleModel(db, users, { columns: { nick: "string" } });
  // @ts-expect-error the schema describes something else
  drizzleModel(db, users, { schema: z.object({ id: z.number() }) });
  // @ts-expect-error a database is needed
  drizzleModel({}, users);
  const Users = drizzleModel(db, users);
  // @ts-expect-error "email" is not a column
  Users.objects.filter({ email: "a" });
  // @ts-expect-error a role is one of two
  Users.objects.filter({ role: "root" });
}
