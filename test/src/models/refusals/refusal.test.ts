import { describe, expect, it } from "vitest";
import { mysqlProblem } from "../../../../src/models/refusals/mysql.ts";
import { postgresProblem } from "../../../../src/models/refusals/postgres.ts";
import { fieldsIn, parenthesized, type TableNames } from "../../../../src/models/refusals/refusal.ts";
import { sqliteProblem } from "../../../../src/models/refusals/sqlite.ts";
import { growth, most } from "../../../support/growth.ts";

const fields = ["id", "email", "fullName", "score", "odd name", "owner"];
const names: TableNames = {
  table: "members",
  idKey: "id",
  unique: [["owner", "score"], ["email"]],
  fieldOf: column =>
    fields.find(
      field => field === column || field.toLowerCase() === column.replaceAll("_", "").toLowerCase(),
    ),
};

const error = (message: string, more: object = {}): Error => Object.assign(new Error(message), more);

describe("the fields of an expression", () => {
  it.each([
    ["email, full_name", ["email", "fullName"]],
    ["lower((full_name)::text), score", ["fullName", "score"]],
    ['"odd name", members.score', ["odd name", "score"]],
    ["score > 0 and owner <> 'email'", ["score", "owner"]],
    ["email(owner), x::score, 'it''s email'", ["owner"]],
    ["`email`", ["email"]],
    ["nothing, of, ours", []],
    ["", []],
    ['"unclosed email', []],
  ])("%s names %j", (text, expected) => {
    expect(fieldsIn(text, names)).toEqual(expected);
  });

  it("ends where its parenthesis does, whatever is quoted in it", () => {
    expect(parenthesized("Key (lower(a), ')', \")\")=(secret)")).toBe("lower(a), ')', \")\"");
    expect(parenthesized("Key (never closed")).toBeUndefined();
    expect(parenthesized("none")).toBeUndefined();
  });

  it("are found in linear time, however hostile a value in a message is", () => {
    for (const piece of ["(", ")", '"', "'", "a)=(", "((a", "lower(", "Key (", "`", "on table "]) {
      const grown = growth(size => {
        const hostile = piece.repeat(size);
        const postgres = { code: "23505", detail: `Key (lower(email))=(${hostile}) already exists.` };
        return () => {
          expect(postgresProblem(error("x", postgres), names)).toEqual({
            is: "duplicate",
            fields: ["email"],
          });
          postgresProblem(error(hostile, { code: "23503", detail: hostile }), names);
          mysqlProblem(error(`Duplicate entry '${hostile}' for key 'email'`, { errno: 1062 }), names);
          mysqlProblem(error(hostile, { errno: 1452 }), names);
          sqliteProblem(error(`UNIQUE constraint failed: ${hostile}`), names);
        };
      });
      expect(grown, piece).toBeLessThan(most);
    }
  });
});

describe("an error of PostgreSQL", () => {
  const problemOf = (code: string, more: object = {}, message = "x") =>
    postgresProblem(error(message, { code, ...more }), names);

  it.each<[string, object, string, unknown]>([
    ["23505", { detail: "Key (email)=(a) already exists." }, "", { is: "duplicate", fields: ["email"] }],
    ["23505", { constraint: "members_pkey" }, "", { is: "duplicate", fields: ["id"] }],
    [
      "23505",
      { constraint_name: "members_owner_score_key" },
      "",
      { is: "duplicate", fields: ["owner", "score"] },
    ],
    ["23505", { constraint: "members_full_name_key" }, "", { is: "duplicate", fields: ["fullName"] }],
    ["23505", { constraint: "mystery" }, "", { is: "duplicate", fields: [] }],
    [
      "23503",
      { table: "members", detail: "Key (owner)=(a) is not present" },
      "",
      { is: "reference", fields: ["owner"] },
    ],
    [
      "23503",
      { table: "others", detail: "Key (id)=(a) is still referenced" },
      "",
      { is: "referred", fields: [] },
    ],
    ["23001", { table: "others" }, "", { is: "referred", fields: [] }],
    ["23502", { column: "full_name" }, "", { is: "missing", fields: ["fullName"] }],
    ["23502", {}, 'null value in column "full_name" of relation', { is: "missing", fields: ["fullName"] }],
    ["23514", { constraint: "members_score_check" }, "", { is: "impossible", fields: ["score"] }],
    ["22001", {}, "", { is: "tooLong", fields: [] }],
    ["54000", {}, "", { is: "tooLong", fields: [] }],
    ["40P01", {}, "", { is: "serializationFailure", fields: [] }],
    ["55P03", {}, "", { is: "busy", fields: [] }],
    ["57014", {}, "", { is: "busy", fields: [] }],
    ["42P01", {}, "", undefined],
  ])("%s %j %s is understood", (code, more, message, expected) => {
    expect(problemOf(code, more, message)).toEqual(expected);
  });

  it("is understood where a driver says the state in its message alone", () => {
    const message =
      'ERROR: duplicate key violates "members_email_key" Detail: Key (email)=(SQLState: 1) SQLState: 23505';
    expect(postgresProblem(error(message), names)).toEqual({ is: "duplicate", fields: ["email"] });
  });
});

describe("an error of MySQL or MariaDB", () => {
  it.each<[number, string, unknown]>([
    [
      1062,
      "Duplicate entry 'it's for key 'x' for key 'members.email'",
      { is: "duplicate", fields: ["email"] },
    ],
    [1062, "Duplicate entry 'a' for key 'PRIMARY'", { is: "duplicate", fields: ["id"] }],
    [1062, "Duplicate entry 'a-1' for key 'owner'", { is: "duplicate", fields: ["owner", "score"] }],
    [1451, "Cannot delete or update a parent row (`d`.`x`, CONSTRAINT `c`)", { is: "referred", fields: [] }],
    [
      1452,
      "fails (`d`.`m`, CONSTRAINT `c` FOREIGN KEY (`owner`) REFERENCES `o` (`id`))",
      { is: "reference", fields: ["owner"] },
    ],
    [1048, "Column 'full_name' cannot be null", { is: "missing", fields: ["fullName"] }],
    [1364, "Field 'full_name' doesn't have a default value", { is: "missing", fields: ["fullName"] }],
    [4025, "CONSTRAINT `members.score` failed for `d`.`members`", { is: "impossible", fields: ["score"] }],
    [3819, "Check constraint 'members_chk_1' is violated.", { is: "impossible", fields: [] }],
    [1406, "Data too long for column 'full_name' at row 1", { is: "tooLong", fields: ["fullName"] }],
    [
      1366,
      "Incorrect integer value: 'email' for column `d`.`members`.`score` at row 1",
      { is: "invalidValue", fields: ["score"] },
    ],
    [1213, "Deadlock found", { is: "serializationFailure", fields: [] }],
    [1205, "Lock wait timeout exceeded", { is: "busy", fields: [] }],
    [1146, "Table 'x' doesn't exist", undefined],
  ])("%i %s is understood", (errno, message, expected) => {
    expect(mysqlProblem(error(message, { errno }), names)).toEqual(expected);
  });
});

describe("an error of SQLite", () => {
  it.each<[object, string, unknown]>([
    [
      {},
      "UNIQUE constraint failed: members.full_name, members.email",
      { is: "duplicate", fields: ["fullName", "email"] },
    ],
    [{}, "UNIQUE constraint failed: index 'nicks'", { is: "duplicate", fields: [] }],
    [{}, "NOT NULL constraint failed: members.full_name", { is: "missing", fields: ["fullName"] }],
    [{}, "CHECK constraint failed: score > 0", { is: "impossible", fields: ["score"] }],
    [{}, "SQLITE_CONSTRAINT: FOREIGN KEY constraint failed", { is: "reference", fields: [] }],
    [
      {},
      "cannot store TEXT value in INTEGER column members.score",
      { is: "invalidValue", fields: ["score"] },
    ],
    [{ errcode: 5 }, "database is locked", { is: "busy", fields: [] }],
    [{ errcode: 261 }, "database is locked", { is: "busy", fields: [] }],
    [{ errcode: 517 }, "database is locked", { is: "serializationFailure", fields: [] }],
    [{ code: "SQLITE_BUSY" }, "x", { is: "busy", fields: [] }],
    [{ code: "SQLITE_BUSY_SNAPSHOT" }, "x", { is: "serializationFailure", fields: [] }],
    [{}, "D1_ERROR: database is locked: SQLITE_BUSY", { is: "busy", fields: [] }],
    [{ errcode: 1 }, "no such table: members", undefined],
  ])("%j %s is understood", (more, message, expected) => {
    expect(sqliteProblem(error(message, more), names)).toEqual(expected);
  });
});
