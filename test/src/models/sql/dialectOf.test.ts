import {
  DummyDriver,
  Kysely,
  MssqlAdapter,
  MssqlQueryCompiler,
  MysqlAdapter,
  MysqlQueryCompiler,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryCompiler,
  SqliteAdapter,
  SqliteQueryCompiler,
} from "kysely";
import { describe, expect, it } from "vitest";
import { dialectOf, type SqlDialect } from "../../../../src/models/sql/dialectOf.ts";
import { mysqlDialect } from "../../../../src/models/sql/mysql.ts";
import { postgresDialect } from "../../../../src/models/sql/postgres.ts";
import { sqliteDialect } from "../../../../src/models/sql/sqlite.ts";
import { sqlModel } from "../../../../src/models/sql/sqlModel.ts";
import { transaction } from "../../../../src/models/sql/transaction.ts";

function database(adapter: PostgresAdapter, compiler: QueryCompiler): Kysely<unknown> {
  return new Kysely({
    dialect: {
      createAdapter: () => adapter,
      createDriver: () => new DummyDriver(),
      createIntrospector: db => new PostgresIntrospector(db),
      createQueryCompiler: () => compiler,
    },
  });
}

/** As drivers over HTTP write it, with names for the values. */
class NamedPostgresCompiler extends PostgresQueryCompiler {
  protected override getCurrentParameterPlaceholder(): string {
    return `:${this.numParameters}`;
  }
}

/** A dialect of a third party, which shares no class with Kysely's. */
class OtherAdapter extends MssqlAdapter {}

describe("the dialect", () => {
  it("is recognised by what the Kysely instance writes, whatever its classes", () => {
    const other = new OtherAdapter();
    const recognised = [
      [database(new SqliteAdapter(), new SqliteQueryCompiler()), sqliteDialect],
      [database(new PostgresAdapter(), new PostgresQueryCompiler()), postgresDialect],
      [database(new MysqlAdapter(), new MysqlQueryCompiler()), mysqlDialect],
      [database(other, new SqliteQueryCompiler()), sqliteDialect],
      [database(other, new PostgresQueryCompiler()), postgresDialect],
      [database(other, new MysqlQueryCompiler()), mysqlDialect],
      [database(new PostgresAdapter(), new NamedPostgresCompiler()), postgresDialect],
      [database(new PostgresAdapter(), new PostgresQueryCompiler()).withSchema("x"), postgresDialect],
    ] as const;
    for (const [db, dialect] of recognised) expect(dialectOf(db, undefined)).toBe(dialect);
  });

  it("is what the user says it is", () => {
    const db = database(new OtherAdapter(), new NamedPostgresCompiler());
    expect(dialectOf(db, "postgres")).toBe(postgresDialect);
    const columns = { title: "text" } as const;
    const make = (dialect?: string) => () =>
      sqlModel({ db, table: "x", columns, dialect: dialect as SqlDialect });
    expect(make("postgres")).not.toThrow();
    expect(make()).toThrow(
      new TypeError('sqlModel: the dialect of "db" is not recognised; say it in option "dialect"'),
    );
    for (const dialect of ["mssql", "", "constructor"]) {
      expect(make(dialect)).toThrow(
        new TypeError('sqlModel: option "dialect" must be one of sqlite, postgres, mysql'),
      );
    }
  });

  it("of a server that is not supported is refused", () => {
    const db = database(new MssqlAdapter(), new MssqlQueryCompiler());
    expect(() => dialectOf(db, undefined)).toThrow("is not recognised");
  });
});

describe("transaction", () => {
  it("refuses wrong options and models of another database", async () => {
    const db = database(new PostgresAdapter(), new PostgresQueryCompiler());
    const other = database(new PostgresAdapter(), new PostgresQueryCompiler());
    const Model = sqlModel({ db: other, table: "x", columns: { title: "text" } });
    const nothing = async (): Promise<void> => undefined;
    await expect(transaction(db, nothing, { isolation: "chaos" as never })).rejects.toThrow(
      'transaction: option "isolation" must be one of read committed, repeatable read, serializable',
    );
    await expect(transaction(db, nothing, { level: 1 } as never)).rejects.toThrow('unknown option "level"');
    await expect(transaction(db, async bind => bind(Model))).rejects.toThrow(
      new TypeError("transaction: bind takes a sqlModel of the same database"),
    );
  });
});
