import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { codesOf, withoutValues } from "../../../../src/models/refusals/driverError.ts";
import { growth, most } from "../../../support/growth.ts";

const failing = (message: string, more: object = {}, cause?: unknown): Error =>
  Object.assign(new Error(message, cause === undefined ? undefined : { cause }), more);

describe("withoutValues", () => {
  it("gives an error that reveals nothing as it is", () => {
    const error = failing('relation "posts" does not exist', { code: "42P01", position: "15" });
    expect(withoutValues(error, ["ann@x.io"])).toBe(error);
    expect(withoutValues("no error", [])).toBe("no error");
  });

  it("takes bound values out of the message and the stack, and keeps where it was thrown", () => {
    const error = failing("near 'ann@x.io and 123456 and 12': ann@x.io", { errno: 1064 });
    const clean = withoutValues(error, ["ann@x.io", 123456, 12, null, true]) as Error;
    expect(clean.message).toBe("near '(value) and (value) and 12': (value)");
    expect(clean.stack).toContain("driverError.test.ts");
    expect(inspect(clean, { showHidden: true, depth: 9 })).not.toMatch(/ann@x|123456/);
    expect((clean as { errno?: number }).errno).toBe(1064);
  });

  it("leaves out what may hold rows, statements and other errors", () => {
    const details = {
      code: "XX000",
      table: "users",
      detail: "Failing row contains (secret).",
      where: "secret",
      sql: "insert secret",
      parameters: ["secret"],
      internalQuery: "secret",
    };
    const clean = withoutValues(failing("broken", details, failing("secret")), []);
    expect(inspect(clean, { showHidden: true, depth: 9 })).not.toContain("secret");
    expect(clean).toMatchObject({ code: "XX000", table: "users", message: "broken" });
  });

  it("looks at no more than the beginning of a message, in linear time", () => {
    const grown = growth(size => {
      const long = "a".repeat(size);
      const values = Array.from({ length: 500 }, () => long);
      return () => {
        const clean = withoutValues(failing(long), values) as Error;
        expect(clean.message.length).toBeLessThan(2001);
      };
    });
    expect(grown).toBeLessThan(most);
  });
});

describe("codesOf", () => {
  it("keeps codes and names alone", () => {
    const error = failing("Duplicate entry 'secret'", {
      errno: 1062,
      detail: "secret",
      constraint: "users_email_key",
    });
    const kept = codesOf(error);
    expect(kept).toMatchObject({
      errno: 1062,
      constraint: "users_email_key",
      message: "The database refused a statement",
    });
    expect(inspect(kept, { showHidden: true, depth: 9 })).not.toContain("secret");
    expect(codesOf("text")).toBeUndefined();
  });
});
