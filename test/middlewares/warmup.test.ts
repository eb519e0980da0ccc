import { afterEach, describe, expect, it, vi } from "vitest";
import { warmup } from "../../middlewares/warmup.ts";
import { configure } from "../../src/core/settings.ts";
import { pipeline } from "../../src/pipeline/pipeline.ts";

const event = { source: "serverless-plugin-warmup" };

afterEach(() => {
  configure({ warmupLog: undefined });
  vi.restoreAllMocks();
});

describe("warmup", () => {
  it("answers a warmup event before any other work", async () => {
    const work = vi.fn();
    const handler = pipeline([warmup(), { before: work }], work);
    expect(await handler(event, {})).toBe("warmup");
    expect(work).not.toHaveBeenCalled();
  });

  it("recognizes other events as well, and still those of the plugin", async () => {
    const fn = vi.fn(() => "worked");
    const handler = pipeline([warmup({ isWarmingUp: given => given === "ping" })], fn);
    expect(await handler("ping", {})).toBe("warmup");
    expect(await handler(event, {})).toBe("warmup");
    expect(await handler({ source: "aws.events" }, {})).toBe("worked");
  });

  it("logs only when warmupLog is set", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const handler = pipeline([warmup()], () => 1);
    await handler(event, {});
    expect(log).not.toHaveBeenCalled();
    configure({ warmupLog: true });
    await handler(event, {});
    expect(log.mock.calls).toEqual([["tsverless: warmed up"]]);
  });

  it("refuses wrong options at once", () => {
    expect(() => warmup({ isWarmingUp: true } as never)).toThrow(
      new TypeError('warmup: option "isWarmingUp" must be a function'),
    );
  });
});
