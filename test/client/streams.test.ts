import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api } from "../../api/api.ts";
import { ClientError, client, unwrap } from "../../client/index.ts";
import { errors, pick, pipeline, resource, serialize } from "../../src/index.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { sse } from "../../src/stream/index.ts";
import { type DevServer, serve } from "../../tools/dev/index.ts";

interface Item {
  id: string;
  name: string;
  at: Date;
}
const itemOf = (n: number): Item => ({ id: `i${n + 100}`, name: `ü ${n}\n`, at: new Date(n) });
const objects = Array.from({ length: 700 }, (_, n) => itemOf(n));
const Items = memoryModel<Item>({ name: "Item", objects, fields: { id: "text", name: "text", at: "date" } });
const serializer = pick("id", "name", "at");
const formats = ["json", "ndjson", "csv"] as const;
const items = resource(Items, { serializer, filters: ["id"], formats, limit: 10, formatParam: true });

async function* ticks(): AsyncGenerator<{ n: number; at: Date }, void> {
  for (let n = 0; n < 3; n++) yield { n, at: new Date(n) };
}
const shop = api({
  items,
  "GET /all": items.list,
  "GET /ticks": pipeline([errors(), serialize()], () => sse(ticks(), { serializer: pick("n") })),
  "GET /closed": pipeline([errors(), serialize()], () => sse(ticks())),
});
type Shop = typeof shop;

let server: DevServer;
beforeAll(async () => {
  server = await serve(shop.routeTable, { port: 0, log: false });
});
afterAll(() => server.close());

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}
const shown = objects.map(({ at, ...rest }) => ({ ...rest, at: at.toISOString() }));

describe("a client of a list as NDJSON", () => {
  it("iterates the whole list in one request", async () => {
    const sent: string[] = [];
    const here = client<Shop>(server.url, {
      fetch: (url, init) => {
        sent.push(new Headers(init.headers).get("accept") ?? "");
        return fetch(url, init);
      },
    });
    expect(await all(here.items.stream())).toEqual(shown);
    expect(sent).toEqual(["application/x-ndjson"]);
    expect(await all(here.items.stream({ id: ["i100", "i101"] }))).toEqual(shown.slice(0, 2));
    const { data } = await here["GET /all"]({ as: "ndjson", query: { id: "i102" } });
    expect(await all(data as AsyncIterable<unknown>)).toEqual([shown[2]]);
    expect(unwrap(await here["GET /all"]()).length).toBe(10);
  });

  it("throws what the API refuses", async () => {
    const here = client<Shop>(server.url);
    const refused = await all(here.items.stream({ nmae: 1 } as never)).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ClientError);
    expect(refused).toMatchObject({ status: 400, error: { field: "nmae" } });
  });
});

describe("a client of a list as CSV", () => {
  const here = () => client<Shop>(server.url);
  const two =
    'id,name,at\r\ni100,"ü 0\n",1970-01-01T00:00:00.000Z\r\ni101,"ü 1\n",1970-01-01T00:00:00.001Z\r\n';

  it("has the whole list as text in one request, by each way to ask", async () => {
    const text = unwrap(await here().items.csv());
    expect(text.split("\r\n")).toHaveLength(702);
    expect(text.startsWith(two)).toBe(true);
    const query = { id: ["i100", "i101"] };
    expect(unwrap(await here().items.csv(query))).toBe(two);
    expect(unwrap(await here().items.list({ ...query, format: "csv" }))).toBe(two);
    expect(unwrap(await here()["GET /all"]({ query, as: "csv" }))).toBe(two);
    expect(await all(unwrap(await here().items.list({ ...query, format: "ndjson" })))).toEqual(
      shown.slice(0, 2),
    );
  });

  it("is what the API refuses, and no other format", async () => {
    expect(await here().items.csv({ nmae: 1 } as never)).toMatchObject({
      ok: false,
      error: { field: "nmae" },
    });
    const other = await fed("application/json", ["[]"]).client.items.csv();
    expect(other.error).toEqual({ code: "format", message: "The API has no CSV here" });
    expect(unwrap(await fed("text/csv; charset=utf-8", []).client.items.csv())).toBe("");
  });

  it("is an error where it breaks off", async () => {
    const csv = (...given: Parameters<typeof fed> extends [string, ...infer Rest] ? Rest : never) =>
      fed("text/csv; charset=utf-8; header=present", ...given).client.items.csv();
    expect((await csv(['id\r\n1\r\n"The list broke off here'])).error).toEqual(broken);
    expect((await csv(["id\r\n1\r\n"], "break")).error).toMatchObject({ code: "network" });
  });
});

/** A client of a server that sends these pieces of bytes. */
function fed(type: string, pieces: readonly (string | Uint8Array)[], how: "end" | "break" = "end") {
  const state = { cancelled: false };
  const bytes = pieces.map(piece => (typeof piece === "string" ? new TextEncoder().encode(piece) : piece));
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = bytes.shift();
      if (piece !== undefined) controller.enqueue(piece);
      else if (how === "break") controller.error(new TypeError("terminated"));
      else controller.close();
    },
    cancel() {
      state.cancelled = true;
    },
  });
  const response = new Response(body, { headers: { "content-type": type } });
  return { state, client: client<Shop>("http://localhost", { fetch: async () => response }) };
}
const failureOf = async (items: AsyncIterable<unknown>): Promise<[unknown[], unknown]> => {
  const found: unknown[] = [];
  try {
    for await (const item of items) found.push(item);
  } catch (error) {
    expect(error).toBeInstanceOf(ClientError);
    return [found, (error as ClientError).error];
  }
  throw new Error("it did not fail");
};
const broken = { code: "broken", message: "The stream broke off before its end" };

describe("NDJSON that arrives", () => {
  const type = "application/x-ndjson; charset=utf-8";

  it("is read wherever it is cut into pieces", async () => {
    const bytes = new TextEncoder().encode('{"id":"ü"}\n\r\n"😀"\n{"a":[1]}\n');
    for (let size = 1; size <= bytes.length; size++) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
        bytes.slice(n * size, (n + 1) * size),
      );
      expect(await all(fed(type, pieces).client.items.stream())).toEqual([{ id: "ü" }, "😀", { a: [1] }]);
    }
    expect(await all(fed(type, []).client.items.stream())).toEqual([]);
  });

  it.each<[what: string, pieces: string[], error: unknown]>([
    ["in a line", ['{"a":1}\n{"b":'], broken],
    ["in a line that could be whole", ["1\n23"], broken],
    ["by the server's last record", ['1\n{"error":"The list broke off here'], broken],
    ["in a line that is no JSON", ["1\n{]\n2\n"], broken],
  ])("is an error where it breaks off %s", async (_what, pieces, error) => {
    expect((await failureOf(fed(type, pieces).client.items.stream()))[1]).toEqual(error);
  });

  it("is an error where the connection breaks, after the items that came", async () => {
    const { client } = fed(type, ["1\n2\n"], "break");
    const [found, error] = await failureOf(client.items.stream());
    expect(found[0]).toBe(1);
    expect(error).toEqual({ code: "network", message: "terminated" });
  });

  it("ends the request when nobody reads on", async () => {
    const { client, state } = fed(type, ["1\n", "2\n", "3\n"]);
    for await (const item of client.items.stream()) {
      expect(item).toBe(1);
      break;
    }
    expect(state.cancelled).toBe(true);
  });

  it("is missed where the API sends JSON", async () => {
    const [, error] = await failureOf(fed("application/json", ["[1]"]).client.items.stream());
    expect(error).toEqual({ code: "format", message: "The API has no NDJSON here" });
  });
});

describe("server-sent events that arrive", () => {
  const type = "text/event-stream";
  const itemsOf = async (fed: { client: ReturnType<typeof client<Shop>> }): Promise<AsyncIterable<unknown>> =>
    unwrap(await fed.client["GET /ticks"]());

  it("are the items of the function", async () => {
    const here = client<Shop>(server.url);
    expect(await all(unwrap(await here["GET /ticks"]()))).toEqual([{ n: 0 }, { n: 1 }, { n: 2 }]);
  });

  it("are read whatever their form: comments, ids, several lines, CR LF", async () => {
    const text =
      ':\n\nretry: 1\n\nid: 1\nevent: tick\ndata: {"a":\ndata: 1}\n\ndata:"\u2028"\r\n\r\nevent: end\ndata: null\n\n';
    for (const pieces of [[text], [...text]]) {
      expect(await all(await itemsOf(fed(type, pieces)))).toEqual([{ a: 1 }, "\u2028"]);
    }
  });

  it("end with an error of the server, and with one where their end is missing", async () => {
    const said = 'data: 1\n\nevent: error\ndata: {"code":409,"message":"Taken"}\n\n';
    expect(await failureOf(await itemsOf(fed(type, [said])))).toEqual([[1], { code: 409, message: "Taken" }]);
    expect(await failureOf(await itemsOf(fed(type, ["data: 1\n\n"])))).toEqual([[1], broken]);
    expect(await failureOf(await itemsOf(fed(type, [])))).toEqual([[], broken]);
    expect((await failureOf(await itemsOf(fed(type, ["data: {]\n\n"]))))[1]).toEqual(broken);
  });
});
