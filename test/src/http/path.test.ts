import { describe, expect, it } from "vitest";
import { pathParameter, readPath } from "../../../src/http/path.ts";

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
