import middy from "@middy/core";
import httpMultipartBodyParser from "@middy/http-multipart-body-parser";
import httpUrlencodeBodyParser from "@middy/http-urlencode-body-parser";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { openapi } from "../../api/openapi/index.ts";
import type { AnyMiddleware } from "../../src/core/middleware.ts";
import * as face from "../../src/index.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { eventOf, received, sources } from "../support/events.ts";

interface Post {
  id: string;
  title: string;
  role?: string;
}

const { errors, formBody, jsonBody, multipart, pipeline, rawBody, requireKeys, serialize, validate } = face;
const quiet = { logger: false } as const;
type Source = (typeof sources)[number];
type Handler = (event: unknown, context: object) => Promise<unknown>;

async function send(handler: object, event: unknown, source: Source) {
  const result = await (handler as Handler)(event, { awsRequestId: "r" });
  const { status, headers, body } = received(source, result);
  return { status, headers, text: body.toString() };
}

const bytes = Buffer.from([0, 0xff, 0x0d, 0x0a, 0x89]);
const part = (headers: string, content: string | Uint8Array): Buffer =>
  Buffer.concat([
    Buffer.from(`--b\r\n${headers}\r\n\r\n`),
    Buffer.from(content as string),
    Buffer.from("\r\n"),
  ]);
const field = (name: string, value: string): Buffer =>
  part(`Content-Disposition: form-data; name="${name}"`, value);
const file = part(
  'Content-Disposition: form-data; name="photo"; filename="a.png"\r\nContent-Type: image/png',
  bytes,
);
const end = Buffer.from("--b--\r\n");
const urlencoded = { "content-type": "application/x-www-form-urlencoded" };
const multi = { "content-type": "multipart/form-data; boundary=b" };

/** Both forms of one post, with a key that nobody listed. */
const forms: [
  name: string,
  parser: () => AnyMiddleware,
  headers: Record<string, string>,
  body: Uint8Array,
][] = [
  ["formBody", () => formBody(), urlencoded, Buffer.from("title=a+%C3%A9&role=admin")],
  [
    "multipart",
    () => multipart(),
    multi,
    Buffer.concat([field("title", "a \u00e9"), field("role", "admin"), end]),
  ],
];
const official: typeof forms = [
  [
    "the official form parser",
    () => httpUrlencodeBodyParser() as AnyMiddleware,
    urlencoded,
    Buffer.from("title=x"),
  ],
  [
    "the official multipart parser",
    () => httpMultipartBodyParser() as AnyMiddleware,
    multi,
    Buffer.concat([field("title", "x"), end]),
  ],
];

describe.each(sources)("a form on %s", source => {
  const posted = (headers: Record<string, string>, body: Uint8Array, method = "POST", path = "/posts") =>
    eventOf(source, { method, path, headers, body });

  it.each([...forms, ...official])(
    "leaves its bytes to rawBody, before and after %s",
    async (name, parser, headers, body) => {
      // The official parsers know neither lists of headers nor how VPC Lattice says base64 in its first format.
      if (name.startsWith("the official") && /^(?:alb-multi|lattice)/.test(source)) return;
      let before = "";
      const look = face.defineMiddleware({
        name: "look",
        before: ({ event }) => {
          before = rawBody(event).toString("hex");
        },
      });
      const handler = pipeline([errors(quiet), look, parser(), serialize()] as never, (event: unknown) => ({
        raw: rawBody(event).toString("hex"),
      }));
      const { status, text } = await send(handler, posted(headers, body), source);
      const raw = Buffer.from(body).toString("hex");
      expect([status, before, JSON.parse(text)]).toEqual([200, raw, { raw }]);
    },
  );

  it.each(forms)(
    "is read by generics with %s around them, and only listed keys are written",
    async (_name, parser, headers, body) => {
      const model = memoryModel<Post>({ name: "Post", objects: [{ id: "1", title: "old", role: "user" }] });
      const options = {
        serializer: face.pick("id", "title", "role"),
        required: ["title"],
        errors: quiet,
      } as const;
      const app = face.api({ posts: face.resource(model, { ...options, around: [parser()] }) });
      const made = await send(app.handler, posted(headers, body), source);
      expect([made.status, JSON.parse(made.text)]).toEqual([
        201,
        { id: expect.any(String), title: "a \u00e9" },
      ]);
      for (const method of ["PUT", "PATCH"]) {
        const changed = await send(app.handler, posted(headers, body, method, "/posts/1"), source);
        expect([changed.status, JSON.parse(changed.text)]).toEqual([
          200,
          { id: "1", title: "a \u00e9", role: "user" },
        ]);
      }
    },
  );

  it.each(forms)("is checked behind %s like any body", async (_name, parser, headers, body) => {
    const schema = z.object({ title: z.string().min(2), count: z.coerce.number().default(1) });
    const chains = [
      [requireKeys(["title"]), { title: "a \u00e9" }],
      [validate({ body: schema }), { title: "a \u00e9", count: 1 }],
      [jsonBody(), { title: "a \u00e9", role: "admin" }],
    ] as const;
    for (const [check, expected] of chains) {
      const handler = pipeline(
        [errors(quiet), parser(), check, serialize()] as never,
        (({ body }: { body: object }) => body) as never,
      );
      const { status, text } = await send(handler, posted(headers, body), source);
      expect([status, JSON.parse(text)]).toEqual([200, expected]);
    }
    const strict = pipeline([errors(quiet), parser(), requireKeys(["other"]), serialize()] as never, () => 1);
    const { status, text } = await send(strict, posted(headers, body), source);
    expect([status, JSON.parse(text)]).toEqual([400, { code: 400, message: "Missing key(s): other" }]);
  });

  it.each(forms)(
    "of another kind than %s is 415, and says what is taken",
    async (name, parser, headers, body) => {
      const app = face.api({
        "POST /form": pipeline([errors(quiet), parser(), serialize()] as never, () => 1),
        "PATCH /form": pipeline([errors(quiet), parser(), serialize()] as never, () => 1),
        "POST /json": pipeline([errors(quiet), jsonBody(), serialize()], () => 1),
      });
      const type = (headers["content-type"] as string).split(";")[0];
      const json = Buffer.from("{}");
      for (const method of ["POST", "PATCH"]) {
        const refused = await send(
          app.handler,
          posted({ "content-type": "application/json" }, json, method, "/form"),
          source,
        );
        expect([name, refused.status, refused.headers.accept]).toEqual([name, 415, type]);
        expect(refused.headers["accept-patch"]).toBe(method === "PATCH" ? type : undefined);
      }
      const options = await send(app.handler, eventOf(source, { method: "OPTIONS", path: "/form" }), source);
      expect([options.status, options.headers["accept-patch"]]).toEqual([204, type]);
      const form = await send(app.handler, posted(headers, body, "POST", "/json"), source);
      expect([form.status, form.headers.accept]).toEqual([415, "application/json"]);
    },
  );

  it.each(forms)("whose base64 is none is 400 with %s", async (_name, parser, headers) => {
    const handler = pipeline([errors(quiet), parser(), serialize()] as never, () => 1);
    for (const wrong of ["%%%", "YT0x!", "YT0xCg", "YT0x\n", "YT0"]) {
      const event = { ...posted(headers, Buffer.from("x")), body: wrong };
      const { status, text } = await send(handler, event, source);
      expect([wrong, status, JSON.parse(text)]).toEqual([
        wrong,
        400,
        { code: 400, message: "Malformed body" },
      ]);
    }
  });

  it("gives files as bytes, which go out as base64", async () => {
    const handler = pipeline([errors(quiet), multipart(), serialize()], ({ body }) => body);
    const { text } = await send(handler, posted(multi, Buffer.concat([file, file, end])), source);
    const photo = { filename: "a.png", type: "image/png", bytes: bytes.toString("base64") };
    expect(JSON.parse(text)).toEqual({ photo: [photo, photo] });
  });
});

describe("a form", () => {
  it("is what documents say is taken", async () => {
    const app = face.api({
      "POST /form": pipeline(
        [errors(), formBody(), validate({ body: z.object({ code: z.string() }) }), serialize()],
        () => 1,
      ),
      "POST /files": pipeline([errors(), multipart(), requireKeys(["title"]), serialize()], () => 1),
    });
    const { paths } = (await openapi(app.routes)) as unknown as Record<string, Record<string, never>>;
    const contentOf = (path: string): object =>
      (paths as never as Record<string, { post: { requestBody: { content: object } } }>)[path]?.post
        .requestBody.content ?? {};
    expect(Object.keys(contentOf("/form"))).toEqual(["application/x-www-form-urlencoded"]);
    expect(Object.keys(contentOf("/files"))).toEqual(["multipart/form-data"]);
  });

  it("leaves its bytes to rawBody in a plain middy(), and so does middyPreset", async () => {
    const hex = (event: unknown): string => rawBody(event).toString("hex");
    for (const [, parser, headers, body] of forms) {
      const event = eventOf("rest", { method: "POST", headers, body });
      const seen = await (middy(hex as never).use(parser() as never) as unknown as Handler)(event, {});
      expect(seen).toBe(Buffer.from(body).toString("hex"));
    }
    const event = eventOf("http", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{ }",
    });
    const preset = middy(hex as never).use(face.middyPreset() as never) as unknown as Handler;
    expect(await preset(event, {})).toBe(Buffer.from("{ }").toString("hex"));
  });
});
