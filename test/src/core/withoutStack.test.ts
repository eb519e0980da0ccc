import { afterEach, expect, it } from "vitest";
import { BadRequest } from "../../../src/core/errors.ts";
import { parseJson, withoutStack } from "../../../src/core/withoutStack.ts";

const limit = Error.stackTraceLimit;

afterEach(() => {
  Object.defineProperty(Error, "stackTraceLimit", { value: limit, writable: true });
});

it("leaves the places out of the stack of what is made or thrown, and of nothing else", () => {
  const made = withoutStack(() => new BadRequest("Malformed body"));
  expect([made.message, made.statusCode]).toEqual(["Malformed body", 400]);
  expect(made.stack).not.toContain("\n    at ");
  for (const parse of [() => withoutStack(() => JSON.parse("{")), () => parseJson("{")]) {
    let thrown: unknown;
    try {
      parse();
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(SyntaxError);
    expect((thrown as Error).stack).not.toContain("\n    at ");
  }
  expect(new Error("after").stack).toContain("withoutStack.test.ts");
  expect(Error.stackTraceLimit).toBe(limit);
});

it("works where built-ins can't be changed", () => {
  Object.defineProperty(Error, "stackTraceLimit", { value: limit, writable: false });
  expect(withoutStack(() => new BadRequest("Malformed body")).message).toBe("Malformed body");
  expect(() => withoutStack(() => JSON.parse("{"))).toThrow(SyntaxError);
  expect(parseJson("[1]")).toEqual([1]);
  expect(() => parseJson("{")).toThrow(SyntaxError);
});
