import middy from "@middy/core";
import { describe, expect, it, vi } from "vitest";
import { defineMiddleware } from "../../../src/core/middleware.ts";
import { explain } from "../../../src/pipeline/explain.ts";
import { pipeline } from "../../../src/pipeline/pipeline.ts";

describe("defineMiddleware", () => {
  it("makes an ordinary Middy object of its hooks, with its name, needs and adds", () => {
    const before = vi.fn();
    const after = vi.fn();
    const onError = vi.fn();
    const definition = {
      name: "tenant",
      needs: ["context.user"],
      adds: ["context.tenant"],
      before,
      after,
      onError,
    };
    expect(defineMiddleware(definition)).toEqual(definition);
  });

  it("needs and adds nothing unless it says so", () => {
    expect(defineMiddleware({ name: "plain" })).toEqual({ name: "plain", needs: [], adds: [] });
  });

  it("has no key for a hook that it lacks, so that no call is made for it", () => {
    for (const phase of ["before", "after", "onError"] as const) {
      const made = defineMiddleware({
        name: "one",
        before: undefined,
        after: undefined,
        onError: undefined,
        [phase]: () => undefined,
      });
      expect(Object.keys(made)).toEqual(["name", "needs", "adds", phase]);
    }
  });

  it("works in a pipeline and in middy().use() alike", async () => {
    const made = (log: string[]) =>
      defineMiddleware<object, { context: { tenant: string } }>({
        name: "tenant",
        adds: ["context.tenant"],
        before: ({ context }) => {
          context.tenant = "acme";
          log.push("before");
        },
        after: () => {
          log.push("after");
        },
        onError: () => {
          log.push("onError");
        },
      });
    const read = (_event: unknown, context: object): unknown => (context as { tenant: string }).tenant;
    const fail = (): never => {
      throw new Error("broken");
    };
    for (const make of [
      (log: string[], fn: typeof read) => pipeline([made(log)], fn),
      (log: string[], fn: typeof read) => middy(fn).use(made(log) as never),
    ]) {
      const log: string[] = [];
      const run = (fn: typeof read) =>
        (make(log, fn) as (event: unknown, context: object) => Promise<unknown>)({}, {});
      expect(await run(read)).toBe("acme");
      expect(log.splice(0)).toEqual(["before", "after"]);
      await expect(run(fail)).rejects.toThrow("broken");
      expect(log).toEqual(["before", "onError"]);
    }
  });

  it("is listed by explain as it says of itself", () => {
    const made = defineMiddleware({ name: "t", needs: ["event.body"], adds: ["context.t"], before() {} });
    expect(explain(pipeline([made], () => 1))).toEqual([
      { name: "t", needs: ["event.body"], adds: ["context.t"] },
    ]);
  });
});
