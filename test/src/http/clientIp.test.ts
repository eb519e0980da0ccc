import { describe, expect, expectTypeOf, it } from "vitest";
import * as http from "../../../src/http/index.ts";
import { clientIp } from "../../../src/index.ts";
import { events } from "../../../tools/testing/events/events.ts";
import type { TestRequest } from "../../../tools/testing/requests/request.ts";

const builders = ["rest", "http", "httpV1", "url", "alb", "albMulti", "latticeV1", "latticeV2"] as const;
const say = ["rest", "http", "httpV1", "url"] as const;
const forward = ["alb", "albMulti", "latticeV1", "latticeV2"] as const;

it("is exported by the package and by its room of HTTP", () => {
  expect(http.clientIp).toBe(clientIp);
  expectTypeOf(clientIp).toEqualTypeOf<(event: unknown) => string | undefined>();
});

describe.each(builders)("clientIp of an event of %s", name => {
  const ipOf = (request: TestRequest): string | undefined => clientIp(events[name](request));

  it("is the address that called AWS", () => {
    expect(ipOf({ ip: "198.51.100.7" })).toBe("198.51.100.7");
    expect(ipOf({ ip: "2001:db8::7" })).toBe("2001:db8::7");
  });

  it.each([
    ["one entry", "203.0.113.66"],
    ["several entries", "203.0.113.66, 10.0.0.1"],
    ["several lines", ["203.0.113.66", "10.0.0.1"]],
    ["what looks like the end of the list", "203.0.113.66,"],
    ["a line break", "203.0.113.66\r\nX-Forwarded-For: 10.0.0.1"],
  ])("is never what the client forwards: %s", (_what, forged) => {
    const headers = {
      "X-Forwarded-For": forged,
      "X-Real-IP": "203.0.113.66",
      "True-Client-IP": "203.0.113.66",
      "CF-Connecting-IP": "203.0.113.66",
      Forwarded: "for=203.0.113.66",
    };
    expect(ipOf({ ip: "198.51.100.7", headers })).toBe("198.51.100.7");
  });
});

it.each(say)("an event of %s that does not say its source has none, whatever a header says", name => {
  const { requestContext, ...event } = events[name]({ headers: { "X-Forwarded-For": "203.0.113.66" } });
  const silent = { ...requestContext, identity: {}, http: { method: "GET" } };
  expect(clientIp({ ...event, requestContext: silent })).toBeUndefined();
  // The console of API Gateway tests with a name in place of an address.
  const test = { sourceIp: "test-invoke-source-ip", method: "GET" };
  expect(
    clientIp({ ...event, requestContext: { ...requestContext, identity: test, http: test } }),
  ).toBeUndefined();
});

describe.each(forward)("X-Forwarded-For in an event of %s", name => {
  const isList = name === "albMulti" || name === "latticeV2";
  const ipOf = (...lines: string[]): string | undefined => {
    const headers = { "x-forwarded-for": isList ? lines : lines.join(", ") };
    const field = name === "albMulti" ? "multiValueHeaders" : "headers";
    return clientIp({ ...events[name](), [field]: lines.length === 0 ? {} : headers });
  };

  it("counts by its last entry, of its last line", () => {
    expect(ipOf("203.0.113.66", "10.0.0.1,198.51.100.7")).toBe("198.51.100.7");
  });

  it("may have the client's port", () => {
    expect(ipOf("203.0.113.66:1, 198.51.100.7:4711")).toBe("198.51.100.7");
    expect(ipOf("[2001:db8::7]:4711")).toBe("2001:db8::7");
    expect(ipOf("[2001:db8::7]")).toBe("2001:db8::7");
  });

  it.each([
    "",
    " ",
    "unknown",
    "198.51.100.7,",
    "198.51.100.7, unknown",
    "1.2.3",
    "1.2.3.4:x",
    "a:1",
    "[x]:1",
  ])("is nobody's where its last entry is not an address: %j", value => {
    expect(ipOf(value)).toBeUndefined();
  });

  it("may be missing", () => {
    expect(ipOf()).toBeUndefined();
  });
});

it.each([
  undefined,
  null,
  7,
  [],
  {},
  { Records: [{ messageId: "m1" }] },
  { headers: { "x-forwarded-for": "203.0.113.66" } },
  { requestContext: { identity: { sourceIp: "203.0.113.66" } } },
])("is undefined where no source sent the event: %j", event => {
  expect(clientIp(event)).toBeUndefined();
});
