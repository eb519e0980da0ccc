import { describe, expect, it } from "vitest";
import { readResult } from "../../../tools/emulator/result.ts";
import { type GatewaySource, gatewaySources } from "../../../tools/emulator/sources.ts";

/** The least that every source takes. */
const least = { statusCode: 200, headers: {}, multiValueHeaders: {}, body: "hi", isBase64Encoded: false };

const apis: readonly GatewaySource[] = ["rest", "http", "http-v1", "url"];
const others = gatewaySources.filter(source => !apis.includes(source));

const seen = (source: GatewaySource, result: unknown): unknown => {
  const { status, headers, body } = readResult(source, result);
  return { status, headers, body: body.toString() };
};
const whyNot = (source: GatewaySource, result: unknown): string => {
  try {
    readResult(source, result);
  } catch (error) {
    return String(error);
  }
  return "it is fine";
};

describe.each(gatewaySources)("a response to %s", source => {
  it("has its status and its bytes", () => {
    const { status, body } = readResult(source, { ...least, statusCode: 201 });
    expect([status, body.toString()]).toEqual([201, "hi"]);
    const encoded = { ...least, body: Buffer.from([0, 255]).toString("base64"), isBase64Encoded: true };
    expect(readResult(source, encoded).body).toEqual(Buffer.from([0, 255]));
    for (const empty of [undefined, null, ""]) {
      expect(readResult(source, { ...least, body: empty }).body).toHaveLength(0);
    }
  });

  it("is none for other statuses", () => {
    for (const statusCode of [99, 199, 600, 200.5, null, true, "abc", {}, []]) {
      expect(whyNot(source, { ...least, statusCode })).toMatch(
        /^TypeError: Malformed Lambda response: statusCode must be (a number|from 200 to 599)$/,
      );
    }
  });

  it("is none for a body that is not a string or no base64", () => {
    expect(whyNot(source, { ...least, body: { a: 1 } })).toBe(
      "TypeError: Malformed Lambda response: body must be a string",
    );
    for (const body of ["abc", "%%%%", "YQ==YQ=="]) {
      expect(whyNot(source, { ...least, body, isBase64Encoded: true })).toBe(
        "TypeError: Malformed Lambda response: body must be base64",
      );
    }
    expect(whyNot(source, { ...least, isBase64Encoded: "false" })).toBe(
      "TypeError: Malformed Lambda response: isBase64Encoded must be true or false",
    );
  });

  it("is none when a header can't be sent", () => {
    const field = source === "alb-multi" ? "multiValueHeaders" : "headers";
    const withHeader = (name: string, value: unknown): object => ({
      ...least,
      [field]: { [name]: field === "headers" ? value : [value] },
    });
    for (const bad of ["a\r\nX: 1", "a\nb", "a\0b", "a\u0085b", "€"]) {
      expect(whyNot(source, withHeader("X-A", bad))).toBe(
        'TypeError: Malformed Lambda response: header "X-A" holds what no header may hold',
      );
    }
    for (const name of ["a b", "", "a\nb", "ü"]) {
      expect(whyNot(source, withHeader(name, "1"))).toBe(
        `TypeError: Malformed Lambda response: ${JSON.stringify(name)} is not a name of a header`,
      );
    }
    for (const value of [null, {}, ["a"]]) {
      expect(whyNot(source, withHeader("X-A", value))).toBe(
        'TypeError: Malformed Lambda response: header "X-A" must be a string, a number or a boolean',
      );
    }
    expect(readResult(source, withHeader("X-A", "a\tü")).headers).toContainEqual(["X-A", "a\tü"]);
    expect(readResult(source, withHeader("X-A", 5)).headers).toContainEqual(["X-A", "5"]);
    expect(whyNot(source, { ...least, [field]: "x" })).toMatch(/: (headers|multiValueHeaders) must be/);
  });

  it("says nothing of the connection", () => {
    const all = { Connection: "close", "content-length": "1", "Transfer-Encoding": "chunked", "X-A": "1" };
    const lists = Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]]));
    const { headers } = readResult(source, { ...least, headers: all, multiValueHeaders: lists });
    expect(headers.filter(([name]) => !/content-type/i.test(name))).toEqual([["X-A", "1"]]);
  });

  it("is none when it is larger than the source takes, as JSON", () => {
    const limit = source.startsWith("alb") ? 1 : 6;
    const room = limit * 1024 * 1024 - JSON.stringify({ ...least, body: "" }).length;
    expect(readResult(source, { ...least, body: "x".repeat(room) }).body).toHaveLength(room);
    expect(whyNot(source, { ...least, body: "x".repeat(room + 1) })).toBe(
      `RangeError: Lambda responses may have ${limit} MB at most`,
    );
  });

  it("crosses as JSON", () => {
    expect(whyNot(source, { ...least, body: 1n })).toMatch(/^TypeError: .*BigInt/);
    const { headers } = readResult(source, {
      ...least,
      headers: { "X-A": undefined, "X-B": "1" },
      multiValueHeaders: { "X-B": ["1"] },
      toString: () => "not looked at",
    });
    expect(headers.filter(([name]) => name === "X-A")).toEqual([]);
  });
});

describe("a REST API", () => {
  it("puts both maps of headers together, and a pair that both have counts once", () => {
    const headers = { "X-A": "1", "set-cookie": "a=1", "Content-Type": "text/css" };
    const multiValueHeaders = { "Set-Cookie": ["a=1", "b=2"], "X-A": ["2"] };
    expect(seen("rest", { statusCode: 200, headers, multiValueHeaders })).toEqual({
      status: 200,
      headers: [
        ["X-A", "1"],
        ["Content-Type", "text/css"],
        ["Set-Cookie", "a=1"],
        ["Set-Cookie", "b=2"],
        ["X-A", "2"],
      ],
      body: "",
    });
    expect(whyNot("rest", { statusCode: 200, multiValueHeaders: { "X-A": "1" } })).toBe(
      'TypeError: Malformed Lambda response: multiValueHeaders "X-A" must be a list',
    );
  });

  it("refuses a field that it does not know", () => {
    for (const field of ["cookies", "statusDescription", "message"]) {
      expect(whyNot("rest", { ...least, [field]: [] })).toBe(
        `TypeError: Malformed Lambda response: unknown field "${field}"`,
      );
      expect(whyNot("alb", { ...least, message: [] })).toBe("it is fine");
    }
  });

  it("takes a body without a type for JSON", () => {
    expect(seen("rest", { statusCode: "200", body: "hi" })).toEqual({
      status: 200,
      headers: [["content-type", "application/json"]],
      body: "hi",
    });
    expect(seen("rest", { statusCode: 200 })).toEqual({ status: 200, headers: [], body: "" });
  });
});

describe.each(["http", "url"] as const)("format 2.0 on %s", source => {
  it("has cookies of their own, and takes no notice of lists", () => {
    const cookies = ["a=1; Expires=Wed, 21 Oct 2026 07:28:00 GMT", "b=2"];
    const result = { ...least, headers: { "set-cookie": "c=3", "content-type": "a/b" }, cookies };
    expect(seen(source, { ...result, multiValueHeaders: { "X-A": ["1"] } })).toEqual({
      status: 200,
      headers: [
        ["set-cookie", "c=3"],
        ["content-type", "a/b"],
        ...cookies.map(cookie => ["set-cookie", cookie]),
      ],
      body: "hi",
    });
    for (const wrong of ["a=1", [1], { a: 1 }]) {
      expect(whyNot(source, { ...least, cookies: wrong })).toMatch(
        /^TypeError: Malformed Lambda response: cookies must be (a list|strings)$/,
      );
    }
  });

  it("is a 200 of JSON without a status", () => {
    for (const [result, body] of [
      [{ a: 1 }, '{"a":1}'],
      ["text", "text"],
      [undefined, "null"],
    ] as const) {
      expect(seen(source, result)).toEqual({
        status: 200,
        headers: [["content-type", "application/json"]],
        body,
      });
    }
  });
});

describe.each(others)("%s", source => {
  const field = source === "alb-multi" ? "multiValueHeaders" : "headers";

  it("wants a status, headers, and to know whether the body is base64", () => {
    const { [field]: _, ...headless } = least;
    const { isBase64Encoded: __, ...unsaid } = least;
    for (const [result, what] of [
      [{ body: "hi" }, "statusCode must be there"],
      ["hi", "statusCode must be there"],
      [undefined, "statusCode must be there"],
      [headless, `${field} must be there`],
      [unsaid, "isBase64Encoded must be true or false"],
      [{ ...least, statusCode: "200" }, "statusCode must be a number"],
    ] as const) {
      expect(whyNot(source, result)).toBe(`TypeError: Malformed Lambda response: ${what}`);
    }
  });

  it("wants a description of the very status, if there is one", () => {
    expect(whyNot(source, { ...least, statusDescription: "200 OK" })).toBe("it is fine");
    for (const statusDescription of ["OK", "200", "200 ", 200, null, "200 \u00fc"]) {
      expect(whyNot(source, { ...least, statusDescription })).toBe(
        'TypeError: Malformed Lambda response: statusDescription must be like "200 OK"',
      );
    }
    expect(whyNot(source, { ...least, statusDescription: "404 Not Found" })).toBe(
      "TypeError: Malformed Lambda response: statusDescription says another status",
    );
  });

  it("reads one map of headers, adds no type, and takes spellings of one name for several headers", () => {
    const headers = { "set-cookie": "a=1", "Set-Cookie": "b=2" };
    const multiValueHeaders = { "Set-Cookie": ["a=1", "b=2"] };
    const expected =
      source === "alb-multi"
        ? [
            ["Set-Cookie", "a=1"],
            ["Set-Cookie", "b=2"],
          ]
        : Object.entries(headers);
    expect(seen(source, { ...least, headers, multiValueHeaders, cookies: ["c=3"] })).toEqual({
      status: 200,
      headers: expected,
      body: "hi",
    });
  });
});
