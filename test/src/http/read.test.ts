import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BadRequest, HttpError } from "../../../src/core/errors.ts";
import { readBody } from "../../../src/http/body.ts";
import { pathParameter, readPath } from "../../../src/http/path.ts";
import { keepQuery, readQuery } from "../../../src/http/query.ts";
import { readCookies, readHeader, readHeaders, readMethod } from "../../../src/http/read.ts";
import { sourceOf } from "../../../src/http/source.ts";
import { anyEvent } from "../../support/anyEvent.ts";
import { decodesPaths, type EventSource, eventOf, sources, type TestRequest } from "../../support/events.ts";

const commas = (text: string | undefined): string | undefined => text?.replace(/,\s*/g, ", ");
/** ALB's map of single values has only the last of several. */
const losesRepeats = (source: EventSource): boolean => source === "alb";
const routed = (source: EventSource): boolean => source === "rest" || decodesPaths(source);

describe.each(sources)("an event of %s", source => {
  const event = (request?: TestRequest): Record<string, unknown> => eventOf(source, request);

  it("is known by its form", () => {
    const name = source === "url" ? "http" : source;
    expect(sourceOf(event())).toBe(name);
    expect(sourceOf(event({ stage: "prod", headers: { a: "b" }, query: [["a", "b"]] }))).toBe(name);
  });

  it("has its method in capitals", () => {
    expect(readMethod(event({ method: "PATCH" }))).toBe("PATCH");
    expect(readMethod(event({ method: "get" }))).toBe("GET");
  });

  it("has headers whatever the case of their names", () => {
    const sent = event({ headers: { "Content-Type": "text/plain", "X-ONE": "1", accept: "a/b" } });
    expect(readHeader(sent, "content-type")).toBe("text/plain");
    expect(readHeader(sent, "x-one")).toBe("1");
    expect(readHeader(sent, "accept")).toBe("a/b");
    expect(readHeader(sent, "x-two")).toBeUndefined();
    expect({ ...readHeaders(sent) }).toEqual({ "content-type": "text/plain", "x-one": "1", accept: "a/b" });
  });

  it("joins several headers of one name by commas", () => {
    const sent = event({ headers: { Accept: ["a/b", "c/d"] } });
    const joined = losesRepeats(source) ? "c/d" : "a/b, c/d";
    expect(commas(readHeader(sent, "accept"))).toBe(joined);
    expect(commas(readHeaders(sent).accept)).toBe(joined);
  });

  it("has no header of the names that every object has", () => {
    for (const name of ["constructor", "__proto__", "tostring", "toString", "length"]) {
      expect(readHeader(event(), name)).toBeUndefined();
    }
    expect(Object.getPrototypeOf(readHeaders(event()))).toBeNull();
  });

  it("has its cookies by name, as they were sent", () => {
    const sent = event({ cookies: ["a=1", 'b="two"', "c=x=y%20z", "a=2", "__proto__=p"] });
    expect(Object.entries(readCookies(sent))).toEqual([
      ["a", "1"],
      ["b", "two"],
      ["c", "x=y%20z"],
      ["__proto__", "p"],
    ]);
    expect(readHeader(sent, "cookie")).toBe('a=1; b="two"; c=x=y%20z; a=2; __proto__=p');
    expect(readHeaders(sent).cookie).toBe(readHeader(sent, "cookie"));
    expect({ ...readCookies(event()) }).toEqual({});
  });

  it("has its query decoded once", () => {
    const query = [
      ["name", "Ann & Bob"],
      ["plus", "1+1"],
      ["percent", "100%25"],
      ["ünï", "✓😀"],
      ["empty", ""],
      ["list", "a,b"],
      ["__proto__", "p"],
    ] as const;
    expect(Object.entries(readQuery(event({ query })))).toEqual(
      query.map(([name, value]) => [name, [value]]),
    );
    expect(Object.getPrototypeOf(readQuery(event()))).toBeNull();
    expect({ ...readQuery(event()) }).toEqual({});
  });

  it("has all values of a repeated parameter, in order", () => {
    const query = [
      ["tag", "a,b"],
      ["x", "1"],
      ["tag", "c"],
    ] as const;
    expect({ ...readQuery(event({ query })) }).toEqual({
      tag: losesRepeats(source) ? ["c"] : ["a,b", "c"],
      x: ["1"],
    });
  });

  it("still gives its query when its fields were overwritten", () => {
    const sent = event({ query: [["a", "1%2B"]] });
    const query = readQuery(sent);
    keepQuery(sent, query);
    sent.queryStringParameters = { a: "other" };
    sent.multiValueQueryStringParameters = {};
    expect(readQuery(sent)).toBe(query);
    expect({ ...query }).toEqual({ a: ["1%2B"] });
  });

  it("has the path that the client sees, encoded", () => {
    const path = (request: TestRequest): string => readPath(event(request));
    const stage = source === "rest" ? "/dev" : "";
    expect(path({ path: "/users/42" })).toBe(`${stage}/users/42`);
    expect(path({ path: "/a%20b/%C3%A9", query: [["x", "/y"]] })).toBe(`${stage}/a%20b/%C3%A9`);
    expect(path({ path: "/" })).toBe(`${stage}/`);
    if (decodesPaths(source)) expect(path({ path: "/users", stage: "prod" })).toBe("/prod/users");
  });

  it("has its path parameter decoded once", () => {
    for (const id of ["42", "a b", "a%20b", "é/ü", "100%", "+"]) {
      const sent = event({
        path: `/users/${encodeURIComponent(id)}`,
        route: "/users/{id}",
        pathParameters: { id },
      });
      expect(pathParameter(sent, "id")).toBe(id);
    }
  });

  it("has no path parameter but those of its route", () => {
    expect(pathParameter(event({ path: "/" }), "id")).toBeUndefined();
    if (routed(source)) {
      expect(pathParameter(event({ path: "/users/42" }), "id")).toBeUndefined();
      const sent = event({ path: "/users/42", pathParameters: { id: "42" } });
      for (const name of ["other", "constructor", "__proto__"])
        expect(pathParameter(sent, name)).toBeUndefined();
    } else {
      expect(pathParameter(event({ path: "/users/42/" }), "id")).toBe("42");
    }
  });

  it("refuses a malformed path parameter, unless the source has decoded it", () => {
    const sent = { ...event(), path: "/users/%ff", raw_path: "/users/%ff", rawPath: "/users/%ff" };
    const request = source === "rest" ? { ...sent, pathParameters: { id: "%ff" } } : sent;
    if (decodesPaths(source))
      expect(pathParameter({ ...sent, pathParameters: { id: "%ff" } }, "id")).toBe("%ff");
    else {
      expect(() => pathParameter(request, "id")).toThrow(new BadRequest("Malformed path", { field: "id" }));
    }
  });

  it("has its body as text, base64 or not, without a byte order mark", () => {
    for (const base64 of [true, false]) {
      expect(readBody(event({ body: '{"name":"Zoë 😀"}', base64 }))).toBe('{"name":"Zoë 😀"}');
      expect(readBody(event({ body: "\ufeff{}", base64 }))).toBe("{}");
    }
    expect(readBody(event())).toBe("");
  });
});

describe("events that AWS would not send", () => {
  it.each([null, undefined, 1, "x", true, [], {}, { version: "1.0" }, { requestContext: null }])(
    "%j comes from no source and has nothing to read",
    event => {
      expect(sourceOf(event)).toBeUndefined();
      expect(readMethod(event)).toBe("");
      expect(readHeader(event, "accept")).toBeUndefined();
      expect({ ...readHeaders(event) }).toEqual({});
      expect({ ...readCookies(event) }).toEqual({});
      expect({ ...readQuery(event) }).toEqual({});
      expect(readPath(event)).toBe("/");
      expect(pathParameter(event, "id")).toBeUndefined();
      expect(readBody(event)).toBe("");
    },
  );

  it("may be of no known source and still be read like one of a REST API", () => {
    const event = {
      headers: { Accept: "a/b" },
      queryStringParameters: { a: "1" },
      pathParameters: { id: "a%20b" },
      path: "/x y",
      body: "hi",
    };
    expect(readHeader(event, "accept")).toBe("a/b");
    expect({ ...readQuery(event) }).toEqual({ a: ["1"] });
    expect(pathParameter(event, "id")).toBe("a b");
    expect(readPath(event)).toBe("/x%20y");
    expect(readBody(event)).toBe("hi");
  });

  it("keep malformed escapes of a query as text", () => {
    const read = (rawQueryString: string): object => ({ ...readQuery({ version: "2.0", rawQueryString }) });
    expect(read("a=%&b=%zz&c=%ff&d=%C3%A9%ff+%41&e=%C3")).toEqual({
      a: ["%"],
      b: ["%zz"],
      c: ["%ff"],
      d: ["é%ff A"],
      e: ["%C3"],
    });
    expect(read("&&flag&=x&a==b&")).toEqual({ flag: [""], "": ["x"], a: ["=b"] });
    const alb = { requestContext: { elb: {} }, httpMethod: "GET", queryStringParameters: { a: "%E0%A4%A" } };
    expect({ ...readQuery(alb) }).toEqual({ a: ["%E0%A4%A"] });
  });

  it("use the maps of an HTTP API when it sends no query string", () => {
    expect({ ...readQuery({ version: "2.0", queryStringParameters: { a: "1,2" } }) }).toEqual({ a: ["1,2"] });
  });

  it("take the query of VPC Lattice from its path when it is there", () => {
    expect({ ...readQuery({ raw_path: "/x?a=1&a=%20", method: "GET" }) }).toEqual({ a: ["1", " "] });
    expect({ ...readQuery({ version: "2.0", method: "GET", path: "/x?a=1" }) }).toEqual({ a: ["1"] });
  });

  it("never make a path that names another host or breaks a header", () => {
    const paths = ["//evil.example/x", "\\\\evil", "/a\r\nSet-Cookie: x", "/é?x", "/\ud800", "users", "///"];
    const seen = paths.map(path => readPath({ httpMethod: "GET", path }));
    expect(seen).toEqual([
      "/evil.example/x",
      "/%5C%5Cevil",
      "/a%0D%0ASet-Cookie:%20x",
      "/%C3%A9%3Fx",
      "/%EF%BF%BD",
      "/users",
      "/",
    ]);
    expect(readPath({ version: "2.0", rawPath: "/50%/a?b" })).toBe("/50%25/a%3Fb");
  });

  it.each([1, true, {}, [], 5n])("refuse a body of another type: %o", body => {
    expect(() => readBody({ body })).toThrow(new BadRequest("Malformed body"));
  });

  it("never make a reader throw anything but an HttpError", () => {
    const names = ["id", "__proto__", "constructor", "content-type", "cookie"];
    const readers: ((event: unknown) => unknown)[] = [
      sourceOf,
      readMethod,
      readHeaders,
      readCookies,
      readQuery,
      readPath,
      readBody,
      ...names.flatMap(name => [
        (event: unknown) => readHeader(event, name),
        (event: unknown) => pathParameter(event, name),
      ]),
    ];
    fc.assert(
      fc.property(anyEvent(), event => {
        for (const read of readers) {
          try {
            read(event);
          } catch (error) {
            expect(error).toBeInstanceOf(HttpError);
          }
        }
        const headers = readHeaders(event);
        for (const name of Object.keys(headers)) {
          if (name === name.toLowerCase()) expect(readHeader(event, name)).toBe(headers[name]);
        }
        expect(readPath(event)).toMatch(/^\/(?!\/)[!-~]*$/);
      }),
      { numRuns: 1000 },
    );
  });
});
