import httpEventNormalizer from "@middy/http-event-normalizer";
import httpUrlencodePathParser from "@middy/http-urlencode-path-parser";
import { describe, expect, it } from "vitest";
import { pathParameter, readPath, routeEvent } from "../../../src/http/path.ts";
import { eventOf, sources } from "../../support/events.ts";

const event = (rawPath: string) => ({
  version: "2.0",
  routeKey: "$default",
  rawPath,
  requestContext: {
    domainName: "abc.lambda-url.eu-central-1.on.aws",
    http: { method: "GET", path: rawPath },
  },
});

describe("the path of a function URL", () => {
  it("is encoded: ids are decoded, and addresses not encoded twice", () => {
    expect(pathParameter(event("/users/ann%40x.org"), "id")).toBe("ann@x.org");
    expect(readPath(event("/n/%C3%BCq"))).toBe("/n/%C3%BCq");
  });

  it("answers 400 when it is malformed", () => {
    expect(() => pathParameter(event("/users/%"), "id")).toThrow(
      expect.objectContaining({ statusCode: 400, message: "Malformed path" }),
    );
  });
});

describe("a path parameter behind hooks of other packages", () => {
  const run = (middleware: { before?: unknown }, event: object): void =>
    (middleware.before as (request: object) => void)({ event });

  it("is decoded once, whether a hook decoded it before or not", () => {
    for (const id of ["a%b", "100%25", "%41", "50% off", "a/b", "ü"]) {
      for (const isParsed of [false, true]) {
        const rest = eventOf("rest", {
          path: `/rows/${encodeURIComponent(id)}`,
          route: "/rows/{id}",
          pathParameters: { id },
        });
        if (isParsed) run(httpUrlencodePathParser(), rest);
        expect(pathParameter(rest, "id"), id).toBe(id);
      }
    }
  });

  it("is decoded by itself where the path is not known", () => {
    expect(pathParameter({ httpMethod: "GET", pathParameters: { id: "a%20b" } }, "id")).toBe("a b");
  });

  it("is still the last segment where a source has no routes and a hook put empty parameters", () => {
    for (const source of sources.filter(name =>
      ["url", "alb", "alb-multi", "lattice-v1", "lattice-v2"].includes(name),
    )) {
      const event = eventOf(source, { path: "/rows/7", route: "$default" });
      run(httpEventNormalizer(), event);
      expect(pathParameter(event, "id"), source).toBe("7");
    }
  });

  it("is absent where the route was found here and has none", () => {
    for (const source of sources) {
      const event = routeEvent(eventOf(source, { path: "/rows/me" }), {});
      expect(pathParameter(event, "id"), source).toBeUndefined();
    }
  });
});
