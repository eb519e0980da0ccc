import httpErrorHandler from "@middy/http-error-handler";
import { afterEach, describe, expect, it, vi } from "vitest";
import { errors } from "../../../middlewares/errors.ts";
import { warmup } from "../../../middlewares/warmup.ts";
import { BadRequest } from "../../../src/core/errors.ts";
import { type AnyMiddleware, defineMiddleware, type HookRequest } from "../../../src/core/middleware.ts";
import { explain } from "../../../src/pipeline/explain.ts";
import { pipeline } from "../../../src/pipeline/pipeline.ts";

/** A middleware that writes down each hook that runs. */
function trace(
  log: string[],
  name: string,
  hooks: Partial<Record<"before" | "after" | "onError", unknown>> = {},
) {
  const hook = (phase: "before" | "after" | "onError") => (request: HookRequest) => {
    log.push(`${name}.${phase}`);
    const does = hooks[phase];
    return typeof does === "function" ? does(request) : does;
  };
  return { before: hook("before"), after: hook("after"), onError: hook("onError") };
}

const fail = (message: string) => () => {
  throw new Error(message);
};

afterEach(() => vi.restoreAllMocks());

describe("pipeline", () => {
  it("runs the chain outermost first on the way in and innermost first on the way out", async () => {
    const log: string[] = [];
    const handler = pipeline([trace(log, "a"), trace(log, "b")], () => {
      log.push("fn");
      return "value";
    });
    expect(await handler({}, {})).toBe("value");
    expect(log).toEqual(["a.before", "b.before", "fn", "b.after", "a.after"]);
  });

  it.each([
    ["a value", "early"],
    ["a promise of a value", Promise.resolve("early")],
  ])(
    "passes an early response (%s) through the layers outside the one that it came from, and no others",
    async (_, early) => {
      const log: string[] = [];
      const fn = vi.fn();
      const handler = pipeline(
        [trace(log, "a"), trace(log, "b"), trace(log, "c", { before: early }), trace(log, "d")],
        fn,
      );
      expect(await handler({}, {})).toBe("early");
      expect(log).toEqual(["a.before", "b.before", "c.before", "b.after", "a.after"]);
      expect(fn).not.toHaveBeenCalled();
    },
  );

  it("lets an early response of undefined end the chain when the hook says so Middy's way", async () => {
    const fn = vi.fn();
    const early = {
      before: (request: HookRequest) => {
        (request as HookRequest & { earlyResponse: unknown }).earlyResponse = undefined;
      },
    };
    expect(await pipeline([early], fn)({}, {})).toBeUndefined();
    expect(fn).not.toHaveBeenCalled();
  });

  it("lets a hook that replaces the response be seen by the hooks outside it", async () => {
    const log: string[] = [];
    const seen = vi.fn();
    const outer: AnyMiddleware = { after: ({ response }: HookRequest) => void seen(response) };
    const handler = pipeline([outer, trace(log, "b", { after: "replaced" })], () => "value");
    expect(await handler({}, {})).toBe("replaced");
    expect(seen).toHaveBeenCalledWith("replaced");
  });

  it.each([
    ["before", ["a.before", "b.before", "c.onError", "b.onError", "a.onError"]],
    [
      "after",
      ["a.before", "b.before", "c.before", "c.after", "b.after", "c.onError", "b.onError", "a.onError"],
    ],
  ] as const)("runs every onError hook when a %s hook throws", async (phase, expected) => {
    const log: string[] = [];
    const handler = pipeline(
      [trace(log, "a"), trace(log, "b", { [phase]: fail("broken") }), trace(log, "c")],
      () => "value",
    );
    await expect(handler({}, {})).rejects.toThrow("broken");
    expect(log).toEqual(expected);
  });

  it("lets the other layers clean up when an onError hook throws, and keeps the first error as the cause", async () => {
    const log: string[] = [];
    const handler = pipeline(
      [trace(log, "a"), trace(log, "b", { onError: fail("second") }), trace(log, "c")],
      fail("first"),
    );
    const error = await handler({}, {}).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ message: "second", cause: { message: "first" } });
    expect(log.slice(-3)).toEqual(["c.onError", "b.onError", "a.onError"]);
  });

  it("keeps a response that stands when an outer onError hook throws", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const log: string[] = [];
    const handler = pipeline(
      [trace(log, "a", { onError: fail("cleanup") }), trace(log, "b", { onError: "recovered" })],
      fail("first"),
    );
    expect(await handler({}, {})).toBe("recovered");
    expect(logged).toHaveBeenCalledWith(expect.objectContaining({ message: "cleanup" }));
  });

  it("runs all onError hooks when an inner one answers", async () => {
    const log: string[] = [];
    const handler = pipeline([trace(log, "a"), trace(log, "b", { onError: "recovered" })], fail("first"));
    expect(await handler({}, {})).toBe("recovered");
    expect(log.slice(-2)).toEqual(["b.onError", "a.onError"]);
  });

  it("answers an error thrown by an async function", async () => {
    const handler = pipeline([errors()], async () => {
      throw new BadRequest("No", { field: "email" });
    });
    expect(await handler({ version: "2.0", requestContext: { http: {} } }, {})).toEqual({
      statusCode: 400,
      headers: { "Content-Type": "application/json", "X-Content-Type-Options": "nosniff" },
      body: '{"code":400,"message":"No","field":"email"}',
    });
  });

  it.each([null, undefined, 0, "", "text", [], Symbol("x")])("takes %s for an event", async event => {
    expect(await pipeline([warmup(), errors({ logger: false })], () => "ok")(event, {})).toBe("ok");
  });

  it("rejects with whatever was thrown when nothing answers it", async () => {
    for (const thrown of [null, undefined, "text", 5]) {
      const handler = pipeline([], () => {
        throw thrown;
      });
      await expect(handler({}, {})).rejects.toBe(thrown);
    }
  });

  it("is an ordinary Middy handler: use, before, after, onError and handler work on it", async () => {
    const log: string[] = [];
    const handler = pipeline([trace(log, "a")], fail("never"))
      .use(trace(log, "b"))
      .use([trace(log, "c")])
      .before(() => void log.push("before"))
      .after(() => void log.push("after"))
      .onError(() => void log.push("onError"))
      .handler(() => "replaced");
    expect(await handler({}, {})).toBe("replaced");
    expect(log).toEqual([
      "a.before",
      "b.before",
      "c.before",
      "before",
      "after",
      "c.after",
      "b.after",
      "a.after",
    ]);
  });

  it("passes an early response of a middleware that use() added through the whole declared chain", async () => {
    const log: string[] = [];
    const handler = pipeline([trace(log, "a")], fail("never")).use([trace(log, "b", { before: "early" })]);
    expect(await handler({}, {})).toBe("early");
    expect(log).toEqual(["a.before", "b.before", "a.after"]);
  });

  it("runs the official error handler as Middy does", async () => {
    const handler = pipeline([httpErrorHandler({ logger: false })], () => {
      throw new BadRequest("No");
    });
    expect(await handler({}, {})).toEqual({
      statusCode: 400,
      headers: { "Content-Type": "text/plain" },
      body: "No",
    });
  });

  it("calls the plugin's hooks around the chain, and requestEnd after an error as well", async () => {
    const log: string[] = [];
    const say = (text: string) => () => void log.push(text);
    const options = {
      requestStart: say("start"),
      requestEnd: say("end"),
      beforeMiddleware: (name: string) => void log.push(`>${name}`),
      afterMiddleware: (name: string) => void log.push(`<${name}`),
      beforeHandler: say("beforeHandler"),
      afterHandler: say("afterHandler"),
    };
    const named = defineMiddleware({ name: "m", before: function mBefore() {}, after: function mAfter() {} });
    await pipeline([named], () => 1, options)({}, {});
    expect(log).toEqual([
      "start",
      ">mBefore",
      "<mBefore",
      "beforeHandler",
      "afterHandler",
      ">mAfter",
      "<mAfter",
      "end",
    ]);
    log.length = 0;
    await expect(pipeline([], fail("x"), options)({}, {})).rejects.toThrow("x");
    expect(log).toEqual(["start", "beforeHandler", "end"]);
  });

  describe("the signal", () => {
    it("is given to the function and not aborted", async () => {
      const handler = pipeline([], (_event, _context, { signal }) => signal);
      const signal = await handler({}, {});
      expect(signal).toBeInstanceOf(AbortSignal);
      expect(signal.aborted).toBe(false);
    });

    it("aborts shortly before Lambda's own end when asked for, and the early response is given", async () => {
      let aborted = false;
      const handler = pipeline(
        [],
        (_event, _context, { signal }) =>
          new Promise<string>(() => signal.addEventListener("abort", () => (aborted = true))),
        { timeoutEarlyInMillis: 5, timeoutEarlyResponse: () => "late" },
      );
      expect(await handler({}, { getRemainingTimeInMillis: () => 6 })).toBe("late");
      expect(aborted).toBe(true);
    });

    it("makes a TimeoutError of a late function by default", async () => {
      const handler = pipeline([], () => new Promise(() => undefined), { timeoutEarlyInMillis: 5 });
      await expect(handler({}, { getRemainingTimeInMillis: () => 1 })).rejects.toMatchObject({
        name: "TimeoutError",
      });
    });

    it("keeps a function that is in time", async () => {
      const handler = pipeline([], async () => "in time", { timeoutEarlyInMillis: 5 });
      expect(await handler({}, { getRemainingTimeInMillis: () => 10_000 })).toBe("in time");
    });
  });

  it.each([
    [() => pipeline(undefined as never, () => 1), "pipeline: middlewares must be an array"],
    [
      () => pipeline([{}] as never, () => 1),
      "pipeline: middlewares[0] must have a before, after or onError hook",
    ],
    [
      () => pipeline([null] as never, () => 1),
      "pipeline: middlewares[0] must have a before, after or onError hook",
    ],
    [
      () => pipeline([errors(), { before: 1 }] as never, () => 1),
      "pipeline: middlewares[1] must have a before, after or onError hook",
    ],
    [() => pipeline([], undefined as never), "pipeline: fn must be a function"],
    [
      () => pipeline([], () => 1, { timeoutEarly: 1 } as never),
      'pipeline: unknown option "timeoutEarly"; it takes timeoutEarlyInMillis, timeoutEarlyResponse, requestStart, requestEnd, beforeMiddleware, afterMiddleware, beforeHandler, afterHandler',
    ],
  ])("refuses a wrong argument at once (%#)", (make, message) => {
    expect(make).toThrow(new TypeError(message));
  });
});

describe("explain", () => {
  it("lists the chain in order with needs and adds, and what use() and its like added", () => {
    const custom = defineMiddleware({
      name: "tenant",
      needs: ["context.user"],
      adds: ["context.tenant"],
      before() {},
    });
    const handler = pipeline([warmup(), errors(), custom], () => 1)
      .use(httpErrorHandler())
      .before(function first() {})
      .after(() => undefined)
      .onError(function last() {});
    expect(explain(handler)).toEqual([
      { name: "warmup", needs: [], adds: [] },
      { name: "errors", needs: [], adds: [] },
      { name: "tenant", needs: ["context.user"], adds: ["context.tenant"] },
      { name: "httpErrorHandlerMiddlewareOnError", needs: [], adds: [] },
      { name: "first", needs: [], adds: [] },
      { name: "anonymous", needs: [], adds: [] },
      { name: "last", needs: [], adds: [] },
    ]);
  });

  it("refuses what no pipeline made", () => {
    expect(() => explain(() => 1)).toThrow(
      new TypeError("explain: the handler must come from pipeline() or one of the generics"),
    );
  });
});
