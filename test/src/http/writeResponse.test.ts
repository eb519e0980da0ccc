import { describe, expect, it } from "vitest";
import type { HookRequest } from "../../../src/core/middleware.ts";
import {
  addHeaders,
  expectResponse,
  givenHeaders,
  isFinal,
  isRaw,
  isResponseDue,
  keepOpen,
  keepRaw,
  onResponse,
} from "../../../src/http/responseState.ts";
import { seal, writeLeftResponse, writeResponse } from "../../../src/http/writeResponse.ts";
import { eventOf, received, sources } from "../../support/events.ts";

const requestOf = (event: unknown = eventOf("http")): HookRequest => ({
  event,
  context: {} as never,
  response: undefined,
  error: undefined,
  internal: Object.create(null) as object,
});

describe("writeResponse", () => {
  it.each(sources)("makes the final response for %s with the headers handed over", source => {
    const request = requestOf(eventOf(source));
    addHeaders(request, { "X-A": "1", Vary: "Origin" });
    addHeaders(request, { "x-a": "2", vary: "Accept", "X-B": "3" });
    writeResponse(request, { id: 1 }, { status: 201, headers: { "X-B": "4", Vary: "Cookie" } });
    expect(isFinal(request)).toBe(true);
    expect(received(source, request.response)).toEqual({
      status: 201,
      headers: { "content-type": "application/json", "x-a": "2", "x-b": "4", vary: "Origin, Accept, Cookie" },
      cookies: [],
      body: Buffer.from('{"id":1}'),
    });
  });

  it.each(sources)("adds headers to what is final already, for %s", source => {
    const request = requestOf(eventOf(source));
    writeLeftResponse(request, {
      statusCode: 200,
      headers: { "X-A": "1" },
      cookies: ["a=1", "b=2"],
      body: Buffer.from("x"),
    });
    addHeaders(request, { "X-A": "2", "X-B": "3" });
    writeLeftResponse(request, request.response);
    expect(isFinal(request)).toBe(true);
    expect(received(source, request.response)).toEqual({
      status: 200,
      headers: {
        "content-type": "application/octet-stream",
        "x-a": "1",
        "x-b": "3",
        "cache-control": "no-store",
      },
      cookies: ["a=1", "b=2"],
      body: Buffer.from("x"),
    });
  });

  it("keeps the headers for a later response, of an error for example", () => {
    const request = requestOf();
    addHeaders(request, { "X-A": "1" });
    writeResponse(request, 1);
    writeResponse(request, { code: 500 }, { status: 500 });
    expect(request.response).toMatchObject({ statusCode: 500, headers: { "X-A": "1" } });
  });

  it("waits for a web Response alone", async () => {
    const request = requestOf();
    addHeaders(request, { "X-A": "1" });
    const waiting = writeResponse(request, new Response("x"));
    expect(isFinal(request)).toBe(false);
    await waiting;
    expect(isFinal(request)).toBe(true);
    expect(request.response).toMatchObject({ statusCode: 200, headers: { "X-A": "1" }, body: "x" });
    expect(writeResponse(requestOf(), 1)).toBeUndefined();
  });

  it("does not change the headers that others hand over", () => {
    const headers = Object.freeze({ "X-A": "1" });
    const request = requestOf();
    addHeaders(request, headers);
    addHeaders(request, { "X-B": "2" });
    writeResponse(request, 1);
    expect(headers).toEqual({ "X-A": "1" });
  });
});

describe("the marks of one invocation", () => {
  it("begin unset and are kept apart from those of other invocations", () => {
    const [one, other] = [requestOf(), requestOf()];
    for (const request of [one, other]) {
      expect([isFinal(request), isRaw(request), isResponseDue(request)]).toEqual([false, false, false]);
    }
    keepRaw(one);
    expectResponse(one, undefined);
    writeResponse(one, 1);
    expect([isFinal(one), isRaw(one), isResponseDue(one)]).toEqual([true, true, false]);
    expect([isFinal(other), isRaw(other), isResponseDue(other)]).toEqual([false, false, false]);
  });

  it("call no other response final than the one that was made", () => {
    const request = requestOf();
    writeResponse(request, 1);
    request.response = { ...(request.response as object) };
    expect(isFinal(request)).toBe(false);
  });
});

describe("who listens to the response", () => {
  it("is given each final response, in order, and awaited", async () => {
    const request = requestOf();
    const heard: unknown[] = [];
    onResponse(request, async ({ statusCode }) => {
      await new Promise(resolve => setTimeout(resolve, 5));
      heard.push(["slow", statusCode, isFinal(request)]);
    });
    onResponse(request, ({ statusCode }) => void heard.push(["quick", statusCode, isFinal(request)]));
    await writeResponse(request, 1);
    expect(heard).toEqual([
      ["slow", 200, true],
      ["quick", 200, true],
    ]);
    await writeResponse(request, new Response("x", { status: 202 }));
    expect(heard.slice(2)).toEqual([
      ["slow", 202, true],
      ["quick", 202, true],
    ]);
  });

  it("is given its own invocation's alone, and others wait for nobody", () => {
    const listened = requestOf();
    const heard: unknown[] = [];
    onResponse(listened, result => void heard.push(result));
    expect(writeResponse(requestOf(), 1)).toBeUndefined();
    expect(heard).toEqual([]);
    expect(writeResponse(listened, 1)).toBeInstanceOf(Promise);
    expect(heard).toEqual([listened.response]);
  });

  it("knows the headers that were handed over before from those that come later", () => {
    const request = requestOf();
    expect(givenHeaders(request)).toBeUndefined();
    addHeaders(request, { "X-A": "1" });
    const before = givenHeaders(request);
    addHeaders(request, { "X-B": "2" });
    expect([before, givenHeaders(request)]).toEqual([{ "X-A": "1" }, { "X-A": "1", "X-B": "2" }]);
  });
});

describe("a response that hooks of other packages see", () => {
  it.each(sources)("has its headers in `headers` until it is sealed, on %s", source => {
    const request = requestOf(eventOf(source));
    keepOpen(request);
    writeResponse(request, { id: 1 }, { headers: { ETag: '"1"' } });
    expect(request.response).toMatchObject({ headers: { ETag: '"1"', "Content-Type": "application/json" } });
    expect(isFinal(request)).toBe(true);
    Object.assign((request.response as { headers: object }).headers, { "X-A": "1" });
    seal(request);
    expect(received(source, request.response)).toMatchObject({
      status: 200,
      headers: { etag: '"1"', "content-type": "application/json", "x-a": "1" },
    });
  });

  it("keeps a header that occurs more than once in the lists of the source", () => {
    const request = requestOf(eventOf("alb-multi"));
    keepOpen(request);
    writeLeftResponse(request, {
      statusCode: 200,
      headers: { Link: ["<a>", "<b>"] },
      cookies: ["a=1", "b=2"],
    });
    expect(request.response).toMatchObject({
      multiValueHeaders: { Link: ["<a>", "<b>"], "Set-Cookie": ["a=1", "b=2"] },
    });
    seal(request);
    expect(received("alb-multi", request.response)).toMatchObject({
      headers: { link: ["<a>", "<b>"] },
      cookies: ["a=1", "b=2"],
    });
  });
});
