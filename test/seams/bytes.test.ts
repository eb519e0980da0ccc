import { createHmac } from "node:crypto";
import middy from "@middy/core";
import httpJsonBodyParser from "@middy/http-json-body-parser";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { AnyMiddleware } from "../../src/core/middleware.ts";
import * as face from "../../src/index.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { eventOf, received, sources } from "../support/events.ts";

interface Post {
  id: string;
  title: string;
}

const posts = () => memoryModel<Post>({ name: "Post", objects: [{ id: "1", title: "a" }] });
const serializer = face.pick("id", "title");
const secret = "whsec";
const sign = (bytes: Uint8Array): string => createHmac("sha256", secret).update(bytes).digest("hex");
const { errors, jsonBody, pipeline, rawBody, requireKeys, serialize, validate } = face;
const quiet = { logger: false } as const;
type Handler = (event: unknown, context: object) => Promise<unknown>;

async function send(handler: object, event: unknown, source: (typeof sources)[number]) {
  const { status, headers, body } = received(
    source,
    await (handler as Handler)(event, { awsRequestId: "r" }),
  );
  return { status, headers, text: body.toString() };
}

/** JSON in bytes that no parser gives back: a byte order mark, spaces, escapes, numbers and keys in their own order. */
const text = '\ufeff {"title":"\\u00e9", "n":1.0, "n":2e0 } \n';
const signature = sign(Buffer.from(text));
const json = { "content-type": "application/json; charset=utf-8" };

/** Checks the signature wherever it stands. */
const signed = (): AnyMiddleware =>
  face.defineMiddleware({
    name: "signed",
    before: ({ event }) => {
      if (sign(rawBody(event)) !== signature) throw new face.Unauthorized("Not signed");
    },
  });

const own = face.defineMiddleware({
  name: "own parser",
  adds: ["event.body"],
  before: ({ event }) => {
    (event as { body: unknown }).body = { title: "parsed by its own middleware" };
  },
});
const schema = z.object({ title: z.string().default("x") });
const parsers: [string, readonly AnyMiddleware[]][] = [
  ["jsonBody", [jsonBody()]],
  ["jsonBody and requireKeys", [jsonBody(), requireKeys(["title"])]],
  ["jsonBody and validate", [jsonBody(), validate({ body: schema })]],
  ["a transforming schema", [jsonBody(), validate({ body: z.any().transform(() => "text") })]],
  ["the official parser", [httpJsonBodyParser({ disableContentTypeCheck: true }) as AnyMiddleware]],
  ["a parser of one's own", [own]],
];

describe.each(sources)("the bytes that were sent, on %s", source => {
  const both = [true, false];
  const event = (base64: boolean): object =>
    eventOf(source, { method: "POST", path: "/posts", headers: json, body: text, base64 });
  /**
   * The official parser knows no byte order mark, no lists of headers, and not how VPC Lattice
   * says base64 in its first format.
   */
  const plain = (base64: boolean): object =>
    eventOf(source, {
      method: "POST",
      path: "/posts",
      headers: json,
      body: '{"title":"a" }',
      base64: base64 && source !== "lattice-v1",
    });

  it.each(parsers)("are there before and after %s", async (name, chain) => {
    for (const base64 of both) {
      const sent = name === "the official parser" ? plain(base64) : event(base64);
      const bytes = rawBody(sent).toString();
      let seen = "";
      const look = face.defineMiddleware({
        name: "look",
        before: ({ event }) => {
          seen = rawBody(event).toString();
        },
      });
      const handler = pipeline([errors(quiet), look, ...chain, serialize()] as never, (event: unknown) => ({
        raw: rawBody(event).toString(),
      }));
      const { status, text } = await send(handler, sent, source);
      expect([status, seen, JSON.parse(text)]).toEqual([200, bytes, { raw: bytes }]);
    }
  });

  it("are signed in use and around of every generic that reads a body, and behind api", async () => {
    for (const base64 of both) {
      for (const place of ["use", "around"]) {
        const [use, around] = place === "use" ? [[signed()], []] : [[], [signed()]];
        const options = { serializer, optional: ["title"], errors: quiet, use, around } as const;
        const sent = event(base64);
        expect((await send(face.createHandler(posts(), options), { ...sent }, source)).status).toBe(201);
        const one = { ...sent, pathParameters: { id: "1" } };
        expect((await send(face.updateHandler(posts(), options), one, source)).status).toBe(200);
        const all = face.api({ posts: face.resource(posts(), options) }, { around: [jsonBody()] as never });
        expect((await send(all.handler, { ...sent }, source)).status).toBe(201);
      }
    }
    const other = eventOf(source, { method: "POST", headers: json, body: '{"title":"é"}' });
    const refused = await send(
      face.createHandler(posts(), { serializer, optional: ["title"], errors: quiet, use: [signed()] }),
      other,
      source,
    );
    expect(refused.status).toBe(401);
  });

  it("are there in a plain middy() too, but for parsers that do not keep them", async () => {
    const handler = (parser: unknown): object =>
      middy((event: unknown) => ({ statusCode: 200, body: rawBody(event).toString("hex") })).use(
        parser as never,
      );
    for (const base64 of both) {
      const result = (await (handler(jsonBody()) as Handler)(event(base64), {})) as { body: string };
      expect(result.body).toBe(Buffer.from(text).toString("hex"));
      await expect(
        (handler(httpJsonBodyParser({ disableContentTypeCheck: true })) as Handler)(plain(base64), {}),
      ).rejects.toThrow(
        new TypeError(
          "rawBody: the body is parsed already, and its bytes are gone; call rawBody before that",
        ),
      );
    }
  });
});

describe.each(sources)("what is taken, on %s", source => {
  const api = face.api({
    posts: face.resource(posts(), { serializer, optional: ["title"], errors: quiet }),
    "PATCH /own/{id}": pipeline([errors(quiet), jsonBody(), serialize()], ({ body }) => body),
    "PATCH /unread": pipeline([errors(quiet), serialize()], () => "x"),
    "GET /read": pipeline([errors(quiet), serialize()], () => "x"),
    "ANY /any": pipeline([errors(quiet), jsonBody(), serialize()], () => "x"),
    "PATCH /foreign": async () => ({ statusCode: 200, body: "" }),
  });
  const ask = (method: string, path: string, request: object = {}) =>
    send(api.handler, eventOf(source, { method, path, ...request }), source);
  const patchTypes = "application/json, application/merge-patch+json, application/json-patch+json";

  it.each([
    ["/posts/1", patchTypes],
    ["/own/1", "application/json"],
    ["/unread", undefined],
    ["/read", undefined],
    ["/posts", undefined],
    ["/foreign", undefined],
  ])("OPTIONS %s has Accept-Patch where the path reads a PATCH", async (path, expected) => {
    const { status, headers, text } = await ask("OPTIONS", path);
    expect([status, headers["accept-patch"], text]).toEqual([204, expected, ""]);
    expect(headers.allow).toContain("OPTIONS");
  });

  const xml = { headers: { "content-type": "application/xml" }, body: "<a/>" };
  it.each([
    ["POST", "/posts", { accept: "application/json" }],
    ["PUT", "/posts/1", { accept: "application/json" }],
    ["PATCH", "/posts/1", { accept: patchTypes, "accept-patch": patchTypes }],
    ["PATCH", "/own/1", { accept: "application/json", "accept-patch": "application/json" }],
    ["PUT", "/any", { accept: "application/json" }],
  ])("a 415 of %s %s says it", async (method, path, expected) => {
    const { status, headers, text } = await ask(method, path, xml);
    expect([status, JSON.parse(text)]).toEqual([415, { code: 415, message: "Unsupported Media Type" }]);
    const { accept, "accept-patch": acceptPatch, "accept-encoding": acceptEncoding } = headers;
    expect({ accept, "accept-patch": acceptPatch, "accept-encoding": acceptEncoding }).toEqual({
      "accept-patch": undefined,
      "accept-encoding": undefined,
      ...expected,
    });
    const gzip = { ...json, "content-encoding": "gzip" };
    const coded = await ask(method, path, { headers: gzip, body: Buffer.from("1f8b", "hex") });
    expect([coded.status, coded.headers["accept-encoding"], coded.headers.accept]).toEqual([
      415,
      "identity",
      undefined,
    ]);
  });

  const bodies: [string, Uint8Array][] = [
    ["bytes that are not UTF-8", Buffer.from([0x22, 0xff, 0x22])],
    ["a blank body", Buffer.from(" \n")],
    ["a byte order mark alone", Buffer.from("\ufeff")],
    ["UTF-16", Buffer.from('{"title":"a"}', "utf16le")],
  ];
  it.each(bodies)("%s is 400 wherever a body is read", async (_name, body) => {
    for (const [method, path] of [
      ["POST", "/posts"],
      ["PUT", "/posts/1"],
      ["PATCH", "/posts/1"],
      ["PATCH", "/own/1"],
      ["POST", "/any"],
    ] as const) {
      const types = path === "/posts/1" && method === "PATCH" ? patchTypes.split(", ") : ["application/json"];
      for (const type of types) {
        const { status, text } = await ask(method, path, { headers: { "content-type": type }, body });
        expect([status, JSON.parse(text)]).toEqual([400, { code: 400, message: "Malformed body" }]);
      }
    }
  });
});
