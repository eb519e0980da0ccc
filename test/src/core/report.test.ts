import { afterEach, describe, expect, it, vi } from "vitest";
import { checkErrorsOptions, type ErrorsOptions, reporter } from "../../../src/core/report.ts";

const error = new Error("broken");
const event = { path: "/x" };
const context = { awsRequestId: "r1" };
const request = { event, context };

afterEach(() => vi.restoreAllMocks());

describe("reporter", () => {
  it("logs to the console by default, with the request's id, and returns no promise", () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect(reporter()(error, request)).toBeUndefined();
    expect(logged.mock.calls).toEqual([[error, { requestId: "r1" }]]);
  });

  it("logs to the logger, or not at all", () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const logger = vi.fn();
    reporter({ logger })(error, request);
    reporter({ logger: false })(error, request);
    expect(logger.mock.calls).toEqual([[error, { requestId: "r1" }]]);
    expect(logged).not.toHaveBeenCalled();
  });

  it("knows no id where there is none, whatever the context", () => {
    for (const strange of [undefined, null, 5, "x", {}, []]) {
      const logger = vi.fn();
      reporter({ logger })(error, { event, context: strange });
      expect(logger.mock.calls).toEqual([[error, { requestId: undefined }]]);
    }
  });

  it("gives the report the error and the request, and waits for it", async () => {
    const steps: unknown[] = [];
    const report = async (...given: unknown[]): Promise<void> => {
      await new Promise(done => setTimeout(done, 5));
      steps.push(...given);
    };
    const done = reporter({ logger: false, report })(error, request);
    expect(done).toBeInstanceOf(Promise);
    expect(await done).toBeUndefined();
    expect(steps).toEqual([error, { event, context }]);
  });

  it("never throws: what the report throws is logged", async () => {
    const reason = new Error("no network");
    for (const report of [
      () => {
        throw reason;
      },
      () => Promise.reject(reason),
    ]) {
      const logger = vi.fn();
      await reporter({ logger, report })(error, request);
      expect(logger.mock.calls).toEqual([
        [error, { requestId: "r1" }],
        [reason, { requestId: "r1" }],
      ]);
    }
  });

  it("never throws: what the logger throws goes to the console, and the report is still made", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const reason = new Error("disk full");
    const logger = (): never => {
      throw reason;
    };
    const report = vi.fn();
    await reporter({ logger, report })(error, request);
    expect(logged.mock.calls).toEqual([[reason]]);
    expect(report).toHaveBeenCalledTimes(1);
    expect(() => reporter({ logger })(error, request)).not.toThrow();
  });
});

describe("checkErrorsOptions", () => {
  it("passes what reporter takes", () => {
    const fine: (ErrorsOptions | undefined)[] = [
      undefined,
      {},
      { logger: false },
      { logger() {}, report() {}, rethrow: true },
    ];
    for (const options of fine) expect(() => checkErrorsOptions("f", options)).not.toThrow();
  });

  it("refuses anything else and names it", () => {
    const wrong: [options: unknown, message: string][] = [
      [null, "f: options must be an object"],
      [{ logger: true }, 'f: option "logger" must be a function'],
      [{ logger: null }, 'f: option "logger" must be a function'],
      [{ report: false }, 'f: option "report" must be a function'],
      [{ rethrow: 1 }, 'f: option "rethrow" must be true or false'],
      [{ map: {} }, 'f: option "map" must be an array'],
      ...[
        [Error, 409],
        [[Error]],
        [["Error", 409]],
        [[() => 1, 409]],
        [[Error, 200]],
        [[Error, "409"]],
        [[Error, 409, 5]],
        [[Error, 409, "m", {}]],
        [[Error, 409, "m", "c", 1]],
      ].map((map): [unknown, string] => [
        { map },
        'f: option "map" must be a list of [class, status from 400 to 599, message?, code?], such as [[OutOfStock, 409]]',
      ]),
      [{ log: 1 }, 'f: unknown option "log"; it takes logger, report, rethrow, map'],
    ];
    for (const [options, message] of wrong) {
      expect(() => checkErrorsOptions("f", options as never)).toThrow(new TypeError(message));
    }
  });
});
