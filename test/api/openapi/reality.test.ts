import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { OpenApiDocument } from "../../../api/openapi/index.ts";
import { signJwt } from "../../../src/auth/jwt.ts";
import { configure } from "../../../src/core/settings.ts";
import { conforms, type SeenResponse } from "../../../tools/testing/documents/conforms.ts";
import { exampleRequests } from "../../../tools/testing/documents/exampleRequests.ts";
import { eventOf, received } from "../../support/events.ts";
import { closeEvery, every, secret } from "../../support/everyApi.ts";

let document: OpenApiDocument;
let problems: ReturnType<typeof conforms>;
let token: string;
let mallory: string;

beforeAll(async () => {
  document = await every.openapi();
  problems = conforms(document);
  configure({ secretKey: secret });
  [token, mallory] = await Promise.all([signJwt({ sub: "ann" }), signJwt({ sub: "mallory" })]);
});
afterAll(async () => {
  configure({ secretKey: undefined });
  await closeEvery();
});

interface Sent {
  method: string;
  path: string;
  headers?: Record<string, string>;
  body?: unknown;
}

/** Sends a request, and has the response compared with the document. */
async function send({ method, path, headers = {}, body }: Sent): Promise<SeenResponse & { json: unknown }> {
  const { pathname, searchParams } = new URL(path, "http://localhost");
  const isText = typeof body === "string" || body === undefined;
  const text = isText ? body : JSON.stringify(body);
  const event = eventOf("http", {
    method,
    path: pathname,
    query: [...searchParams],
    headers: { ...(isText ? {} : { "content-type": "application/json" }), ...headers },
    ...(text !== undefined && { body: text }),
  });
  const { status, headers: sent, body: bytes } = received("http", await every.handler(event, {}));
  const seen = { method, path, status, headers: sent, body: bytes.toString() };
  expect([`${method} ${path} ${status}`, problems(seen)]).toEqual([`${method} ${path} ${status}`, []]);
  const isJson = /json/.test(String(sent["content-type"]));
  return { ...seen, json: isJson && seen.body !== "" ? JSON.parse(seen.body) : undefined };
}
const as = (who: string): Record<string, string> => ({ authorization: `Bearer ${who}` });

describe("the document is what the API does:", () => {
  it("every request that it shows gets the response that it says, and taken where it shows a body", async () => {
    const requests = exampleRequests(document);
    expect(requests.length).toBeGreaterThan(Object.keys(document.paths).length);
    const taken: string[] = [];
    for (const { method, path, headers, body, signedIn, operationId } of requests) {
      const { status } = await send({
        method,
        path,
        headers: { ...headers, ...(signedIn && as(token)) },
        body,
      });
      if (method === "POST" && status < 300) taken.push(operationId);
    }
    expect(new Set(taken)).toEqual(
      new Set([
        "notesBulkCreate",
        "peopleCreate",
        "thingsCreate",
        "postThingsBulk",
        "postThingsBulkDelete",
        "postIds",
        "postTrees",
        "postVotes",
        "postAny",
      ]),
    );
  });

  it("people: dates, bigints, nested fields, pages in an envelope, patches", async () => {
    const body = { name: "Bea", born: "1949-05-05", salary: 12, homes: [], address: { city: "Bern" } };
    const made = await send({ method: "POST", path: "/v1/people", body });
    expect([made.status, made.json]).toEqual([
      201,
      {
        id: expect.any(String),
        called: "Bea",
        born: "1949-05-05T00:00:00.000Z",
        salary: "12",
        address: { city: "Bern" },
        homes: [],
        isOld: true,
      },
    ]);
    const path = `/v1/people/${(made.json as { id: string }).id}`;
    const found = await send({ method: "GET", path });
    expect(found.status).toBe(200);
    const etag = (found.headers as Record<string, string>).etag as string;
    expect((await send({ method: "GET", path, headers: { "if-none-match": etag } })).status).toBe(304);
    expect((await send({ method: "HEAD", path })).status).toBe(200);
    expect((await send({ method: "PATCH", path, body })).status).toBe(428);
    const merge = { "content-type": "application/merge-patch+json", "if-match": "*" };
    const patched = await send({
      method: "PATCH",
      path,
      headers: merge,
      body: { nick: null, address: null },
    });
    expect([patched.status, patched.json]).toMatchObject([200, { address: null }]);
    const operations = [{ op: "replace", path: "/salary", value: null }];
    const jsonPatch = { "content-type": "application/json-patch+json", "if-match": "*" };
    expect((await send({ method: "PATCH", path, headers: jsonPatch, body: operations })).json).toMatchObject({
      salary: null,
    });
    expect((await send({ method: "PATCH", path, headers: { "if-match": '"x"' }, body })).status).toBe(412);
    expect((await send({ method: "POST", path: "/v1/people", body: { name: "" } })).status).toBe(400);
    expect((await send({ method: "POST", path: "/v1/people", body: "{" })).status).toBe(400);
    const headers = { "content-type": "text/csv" };
    expect((await send({ method: "POST", path: "/v1/people", headers, body: "a,b" })).status).toBe(415);
    expect((await send({ method: "GET", path: `${path}/card` })).status).toBe(200);
    expect((await send({ method: "PUT", path: `${path}/name`, body: { name: "B" } })).status).toBe(200);
    const query = "limit=1&count=true&order=-born&q=b&born[lt]=2000-01-01&name[startsWith]=B";
    const page = await send({ method: "GET", path: `/v1/people?${query}` });
    expect([page.status, page.json]).toMatchObject([200, { items: [{}], next: null, total: 1 }]);
    expect((await send({ method: "GET", path: "/v1/people?limit=1" })).json).toHaveProperty("next");
    expect((await send({ method: "GET", path: "/v1/people?nope=1" })).status).toBe(400);
    expect((await send({ method: "DELETE", path })).status).toBe(204);
    expect((await send({ method: "DELETE", path })).status).toBe(404);
  });

  it("things: columns that may be null, upserts, many at once", async () => {
    const path = "/v1/things/77";
    expect((await send({ method: "PUT", path, body: { label: "x", price: "1.50" } })).status).toBe(201);
    expect((await send({ method: "PUT", path, body: { label: "y", extra: [1] } })).status).toBe(200);
    expect((await send({ method: "GET", path })).json).toMatchObject({ id: 77, label: "y", price: null });
    expect((await send({ method: "GET", path: "/v1/things/none" })).status).toBe(404);
    const twice = { method: "POST", path: "/v1/things", body: { id: 77, label: "z" } };
    expect((await send(twice)).status).toBe(409);
    expect((await send({ ...twice, headers: { "if-none-match": "*" } })).status).toBe(412);
    const bulk = (body: unknown) => send({ method: "POST", path: "/v1/things/bulk", body });
    expect((await bulk([{ label: "a" }, { label: "b" }])).status).toBe(201);
    expect((await bulk([{ label: "a" }, {}])).status).toBe(207);
    expect((await bulk([{}, {}, {}, {}])).status).toBe(413);
    expect((await bulk({})).status).toBe(400);
    const change = (body: unknown) => send({ method: "PATCH", path: "/v1/things/bulk", body });
    expect((await change([{ id: 77, label: "new", at: "2026-01-31T00:00:00.000Z" }])).status).toBe(200);
    expect((await change([{ id: 77, label: "x" }, { id: 9999 }])).status).toBe(404);
    expect((await change([{ label: "x" }])).status).toBe(400);
    expect((await change([{}, {}, {}, {}])).status).toBe(413);
    expect((await send({ method: "DELETE", path: "/v1/things?id=77&id=9999" })).status).toBe(207);
    const ids = { method: "POST", path: "/v1/things/bulk-delete", body: { ids: ["none"] } };
    expect((await send(ids)).status).toBe(207);
    expect(
      (await send({ method: "GET", path: "/v1/things?limit=1&ready=true&label[isNull]=false" })).status,
    ).toBe(200);
    expect((await send({ method: "POST", path: "/v1/ids", body: { label: "id" } })).json).toEqual(
      expect.any(Number),
    );
  });

  it("notes: who may, and requests that are repeated", async () => {
    const create = { method: "POST", path: "/v1/notes", body: { text: "t" } };
    expect((await send(create)).status).toBe(401);
    expect((await send({ ...create, headers: as(mallory) })).status).toBe(403);
    const keyed = { ...create, headers: { ...as(token), "idempotency-key": "k1" } };
    expect((await send(keyed)).status).toBe(201);
    const again = await send(keyed);
    expect([again.status, (again.headers as Record<string, string>)["idempotent-replayed"]]).toEqual([
      201,
      "true",
    ]);
    expect((await send({ ...keyed, body: { text: "other" } })).status).toBe(422);
    expect((await send({ method: "GET", path: "/v1/notes" })).status).toBe(200);
    expect((await send({ method: "GET", path: "/v1/notes?limit=0", headers: as(token) })).status).toBe(400);
  });

  it("stacks of one's own: schemas of requests, errors of one's own, other types", async () => {
    expect((await send({ method: "GET", path: "/v1/search?q=a&lang=en&lang=de&page=2" })).status).toBe(200);
    expect((await send({ method: "GET", path: "/v1/search?q=a&page=0" })).status).toBe(400);
    const headers = { "x-plan": "none" };
    expect((await send({ method: "GET", path: "/v1/search?q=a", headers })).status).toBe(429);
    const kids = [{ name: "elm", kids: [], kind: "fir" }];
    expect(
      (await send({ method: "POST", path: "/v1/trees", body: { name: "oak", kids, more: 1 } })).status,
    ).toBe(200);
    const vote = (choice: string) =>
      send({ method: "POST", path: "/v1/votes", headers: as(token), body: { choice } });
    expect((await vote("yes")).status).toBe(204);
    expect((await vote("never")).status).toBe(402);
    expect((await send({ method: "GET", path: "/v1/page" })).status).toBe(200);
    expect((await send({ method: "GET", path: "/v1/latest?order=text&x=1" })).status).toBe(200);
    expect((await send({ method: "GET", path: "/v1/files/a/b/c" })).status).toBe(200);
    expect((await send({ method: "PATCH", path: "/v1/any" })).status).toBe(200);
  });

  it("what no operation serves: 404 and 405, on stages and base paths too", async () => {
    expect((await send({ method: "GET", path: "/v1/nowhere" })).status).toBe(404);
    expect((await send({ method: "POST", path: "/v1/page" })).status).toBe(405);
    expect((await send({ method: "OPTIONS", path: "/v1/page" })).status).toBe(204);
    expect((await send({ method: "GET", path: "/shop/v1/page" })).status).toBe(200);
  });
});
