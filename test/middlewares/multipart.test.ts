import middy from "@middy/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MultipartOptions, multipart } from "../../middlewares/multipart.ts";
import { BadRequest, HttpError, PayloadTooLarge, UnsupportedMediaType } from "../../src/core/errors.ts";
import { rawBody } from "../../src/http/body.ts";
import { partsOf } from "../../src/http/multipart.ts";
import { anyEvent } from "../support/anyEvent.ts";
import { eventOf, sources } from "../support/events.ts";
import { growth, most } from "../support/growth.ts";

const malformed = new BadRequest("Malformed body");

/** The body behind the middleware; runs it in a real Middy handler. */
const parse = (event: unknown, options?: MultipartOptions): Promise<Record<string, unknown>> =>
  middy((event: unknown) => (event as { body: unknown }).body).use(multipart(options))(
    event as never,
    {} as never,
  ) as Promise<Record<string, unknown>>;

const thrown = async (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    value => expect.fail(`got ${JSON.stringify(value)}`),
    error => error,
  );

const type = "multipart/form-data; boundary=b";
const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0xff, 0xfe]);

/** A body of parts, each with the lines of its headers and its content. */
function bodyOf(...parts: [headers: string, content: string | Uint8Array][]): Buffer {
  const pieces = parts.flatMap(([headers, content]) => [
    Buffer.from(`--b\r\n${headers}\r\n\r\n`),
    Buffer.from(content as string),
    Buffer.from("\r\n"),
  ]);
  return Buffer.concat([...pieces, Buffer.from("--b--\r\n")]);
}

const field = (name: string, more = ""): string => `Content-Disposition: form-data; name="${name}"${more}`;

describe.each(sources)("multipart with an event of %s", source => {
  const event = (
    body: string | Uint8Array,
    contentType: string | undefined = type,
    base64 = true,
    more = {},
  ) =>
    eventOf(source, {
      method: "POST",
      headers: { ...(contentType !== undefined && { "Content-Type": contentType }), ...more },
      body: base64 ? Buffer.from(body as string) : (body as string),
      base64,
    });
  const sent = async (form: FormData, options?: MultipartOptions) => {
    const encoded = new Response(form);
    const contentType = encoded.headers.get("content-type") as string;
    return parse(event(Buffer.from(await encoded.arrayBuffer()), contentType), options);
  };

  it("gives text as text, files with their bytes, and lists where a name occurs twice", async () => {
    const form = new FormData();
    form.append("title", "Zoë 😀\r\n--x");
    form.append("tag", "a");
    form.append("tag", "");
    form.append("photo", new Blob([png], { type: "image/png" }), "é.png");
    form.append("tag", "c");
    form.append("docs", new Blob([]), "a.bin");
    form.append("docs", new Blob(["text"], { type: "text/csv;charset=utf-8" }), "b;c.csv");
    form.append("toString", "t");
    expect(await sent(form)).toEqual({
      title: "Zoë 😀\r\n--x",
      tag: ["a", "", "c"],
      photo: { filename: "é.png", type: "image/png", bytes: png },
      docs: [
        { filename: "a.bin", type: "application/octet-stream", bytes: Buffer.alloc(0) },
        { filename: "b;c.csv", type: "text/csv;charset=utf-8", bytes: Buffer.from("text") },
      ],
      toString: "t",
    });
    expect(await sent(new FormData())).toEqual({});
  });

  it("reads names and contents with the separators of lines and paragraphs", async () => {
    const form = new FormData();
    form.append("a\u2028b\u2029", "c\u2028d");
    form.append("\u2028", new Blob(["\u2029\r\n\r\nContent-Disposition: \u2028"]), "\u2029\u2029.txt");
    form.append("last", "\u2028");
    expect(await sent(form)).toEqual({
      "a\u2028b\u2029": "c\u2028d",
      "\u2028": {
        filename: "\u2029\u2029.txt",
        type: "application/octet-stream",
        bytes: Buffer.from("\u2029\r\n\r\nContent-Disposition: \u2028"),
      },
      last: "\u2028",
    });
  });

  it("reads text that is not sent as base64 too", async () => {
    const body = bodyOf([field("a"), "é"], [field("f", '; filename="x.txt"'), "x"]).toString();
    expect(await parse(event(body, type, false))).toEqual({
      a: "é",
      f: { filename: "x.txt", type: "text/plain", bytes: Buffer.from("x") },
    });
  });

  it("reads what FormData writes, whatever the bytes and names", async () => {
    const text = fc.string({ unit: "grapheme", maxLength: 8 });
    const entry = fc.tuple(text, fc.oneof(text, fc.uint8Array({ maxLength: 40 })));
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 4 }), async entries => {
        fc.pre(!entries.some(([name]) => /__proto__|constructor|%|\\/.test(name)));
        const form = new FormData();
        const expected: Record<string, unknown[]> = {};
        for (const [name, value] of entries) {
          const isText = typeof value === "string";
          if (isText) form.append(name, value);
          else form.append(name, new Blob([Buffer.from(value)]), "f");
          const seen = isText
            ? value.replace(/\r\n|\r|\n/g, "\r\n")
            : { filename: "f", type: "application/octet-stream", bytes: Buffer.from(value) };
          const key = name.replace(/\r\n|\r|\n/g, "\r\n");
          expected[key] = [...(Object.hasOwn(expected, key) ? (expected[key] as unknown[]) : []), seen];
        }
        const got = await sent(form);
        expect(
          Object.fromEntries(Object.entries(got).map(([name, value]) => [name, [value].flat()])),
        ).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });

  it("makes an empty object of an absent or empty body", async () => {
    expect(await parse(eventOf(source))).toEqual({});
    expect(await parse(event("", type, false))).toEqual({});
  });

  it("keeps folders out of filenames, and escapes of browsers and of curl out of names", async () => {
    const filenames: [sent: string, seen: string][] = [
      ["../../etc/passwd", "passwd"],
      ["C:\\dir\\a.txt", "a.txt"],
      ["..", ""],
      ["a/..", ""],
      ["/", ""],
      ["", ""],
      ["a%22b.txt", 'a"b.txt'],
      ['a\\"b.txt', 'a"b.txt'],
      ["%2e%2e%2f", "%2e%2e%2f"],
    ];
    for (const [given, filename] of filenames) {
      const { f } = await parse(event(bodyOf([field("f", `; filename="${given}"`), "x"])));
      expect(f).toEqual({ filename, type: "text/plain", bytes: Buffer.from("x") });
    }
    expect(await parse(event(bodyOf([field('a%22b%0D%0Ac\\"'), "x"])))).toEqual({ 'a"b\r\nc"': "x" });
    const extended = `; filename="=?utf-8?B?w6k=?="; filename*=UTF-8''..%2F%C3%A9.txt`;
    expect(await parse(event(bodyOf([field("f", extended), "x"])))).toMatchObject({
      f: { filename: "é.txt" },
    });
  });

  it("takes a part for a file by its filename or by a type that is not text", async () => {
    expect(
      await parse(
        event(
          bodyOf(
            [`${field("json")}\r\nContent-Type: application/json`, "{}"],
            [`${field("blob")}\r\nContent-Type: application/octet-stream`, png],
            [`content-type: IMAGE/png\r\nCONTENT-DISPOSITION: form-data; name=token`, png],
          ),
        ),
      ),
    ).toEqual({
      json: "{}",
      blob: { filename: "", type: "application/octet-stream", bytes: png },
      token: { filename: "", type: "IMAGE/png", bytes: png },
    });
  });

  const whole = bodyOf([field("a"), "x"]).toString();
  it.each([
    ["text", "hello"],
    ["blank", " \r\n"],
    ["another boundary", whole.replaceAll("--b", "--c")],
    ["no end", whole.replace("--b--", "")],
    ["cut in its headers", whole.slice(0, 20)],
    ["cut in its end", whole.slice(0, -3)],
    ["no name", bodyOf(["Content-Disposition: form-data", "x"]).toString()],
    ["no disposition", bodyOf(["Content-Type: text/plain", "x"]).toString()],
    ["another disposition", bodyOf(['Content-Disposition: attachment; name="a"', "x"]).toString()],
    ["two names", bodyOf([field("a", '; name="b"'), "x"]).toString()],
    ["two filenames", bodyOf([field("a", '; filename="a"; filename="b"'), "x"]).toString()],
    ["headers without end", `--b\r\n${"x".repeat(20_000)}`],
    ["long headers", bodyOf([`${field("a")}\r\nX: ${"x".repeat(20_000)}`, "x"]).toString()],
  ])("refuses a body that is malformed: %s", async (_what, body) => {
    await expect(parse(event(body))).rejects.toThrow(malformed);
  });

  it("refuses text, names and filenames that are not UTF-8", async () => {
    await expect(parse(event(bodyOf([field("a"), Buffer.from([0xff])])))).rejects.toThrow(malformed);
    const wrong = Buffer.from(
      bodyOf([field("a", '; filename="?"'), "x"])
        .toString()
        .replace("?", "\xff"),
      "latin1",
    );
    await expect(parse(event(wrong))).rejects.toThrow(malformed);
  });

  it("refuses another type, charset or coding", async () => {
    const body = bodyOf([field("a"), "x"]);
    const json = await thrown(parse(event(body, "application/json")));
    expect(json).toMatchObject(
      new UnsupportedMediaType(undefined, { headers: { Accept: "multipart/form-data" } }),
    );
    const gzip = await thrown(parse(event(body, type, true, { "Content-Encoding": "br" })));
    expect(gzip).toMatchObject(
      new UnsupportedMediaType(undefined, { headers: { "Accept-Encoding": "identity" } }),
    );
    for (const more of [
      "Content-Type: text/plain; charset=iso-8859-1",
      "Content-Transfer-Encoding: base64",
    ]) {
      await expect(parse(event(bodyOf([`${field("a")}\r\n${more}`, "eA=="])))).rejects.toThrow(
        UnsupportedMediaType,
      );
    }
    const plain = `${field("a")}\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit`;
    expect(await parse(event(bodyOf([plain, "x"])))).toEqual({ a: "x" });
  });

  it("refuses a content type without one boundary", async () => {
    const body = bodyOf([field("a"), "x"]);
    for (const boundary of [
      "",
      "; boundary=",
      '; boundary=""',
      "; boundary=b; boundary=c",
      `; boundary=${"b".repeat(71)}`,
    ]) {
      await expect(parse(event(body, `multipart/form-data${boundary}`))).rejects.toThrow(malformed);
    }
    expect(await parse(event(body, 'Multipart/Form-Data; charset=utf-8; Boundary="b"'))).toEqual({ a: "x" });
  });

  it("refuses the names that could reach a prototype", async () => {
    for (const name of ["__proto__", "a[__proto__]", "constructor.prototype"]) {
      for (const more of ["", '; filename="x"']) {
        const error = await thrown(parse(event(bodyOf([field(name, more), "x"]))));
        expect(error).toMatchObject({ statusCode: 400, message: expect.stringMatching(/^Forbidden key: /) });
      }
    }
  });

  it("refuses more bytes and more parts than allowed", async () => {
    const body = bodyOf([field("a"), "x"], [field("b", '; filename="b"'), "y"]);
    expect(Object.keys(await parse(event(body), { maxBytes: body.length, maxParts: 2 }))).toEqual(["a", "b"]);
    await expect(parse(event(body), { maxBytes: body.length - 1 })).rejects.toThrow(PayloadTooLarge);
    await expect(parse(event(body), { maxParts: 1 })).rejects.toThrow(PayloadTooLarge);
    const many = bodyOf(...Array.from({ length: 1001 }, (): [string, string] => [field("a"), ""]));
    await expect(parse(event(many))).rejects.toThrow(PayloadTooLarge);
  });

  it("keeps the bytes for rawBody, and files are copies of them", async () => {
    const body = bodyOf([field("f", '; filename="f"'), png]);
    const posted = event(body);
    const { f } = (await parse(posted)) as { f: { bytes: Buffer } };
    f.bytes.fill(0);
    expect(rawBody(posted)).toEqual(body);
  });
});

describe("multipart", () => {
  it("takes a file as large as Lambda's payload, which looks like ends of parts", async () => {
    const content = Buffer.alloc(4_000_000, "\r\n--");
    const { f } = (await parse(
      eventOf("http", {
        method: "POST",
        headers: { "Content-Type": type },
        body: bodyOf([field("f", '; filename="f"'), content]),
      }),
    )) as { f: { bytes: Buffer } };
    expect(f.bytes.equals(content)).toBe(true);
    const grown = growth(size => {
      const body = bodyOf([field("f", '; filename="f"'), Buffer.alloc(8 * size, "\r\n--")]);
      return () => [...partsOf(body, ["b"], 1)];
    });
    expect(grown).toBeLessThan(most);
  });

  it("never fails with anything but an HttpError", async () => {
    await fc.assert(
      fc.asyncProperty(anyEvent(), async event => {
        await parse(event).catch(error => expect(error).toBeInstanceOf(HttpError));
      }),
    );
    const pieces = fc.constantFrom(
      "--b",
      "--b--",
      "\r\n",
      "\r\n\r\n",
      "--",
      field("a"),
      "Content-Type:",
      "x",
      "\n",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 12 }), async pieces => {
        const event = eventOf("url", { headers: { "content-type": type }, body: pieces.join("") });
        await parse(event).catch(error => expect(error).toBeInstanceOf(HttpError));
      }),
      { numRuns: 500 },
    );
  });

  it("refuses wrong options", () => {
    expect(() => multipart({ maxBytes: -1 })).toThrow(/^multipart: option "maxBytes"/);
    expect(() => multipart({ maxParts: 1.5 })).toThrow(/^multipart: option "maxParts"/);
    expect(() => multipart({ limits: {} } as never)).toThrow(/^multipart: .*"limits"/);
  });
});
