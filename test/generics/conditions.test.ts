import { describe, expect, it } from "vitest";
import { resource } from "../../api/resource.ts";
import { createHandler } from "../../generics/createHandler.ts";
import { deleteHandler } from "../../generics/deleteHandler.ts";
import { retrieveHandler } from "../../generics/retrieveHandler.ts";
import { updateHandler } from "../../generics/updateHandler.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import type { Model } from "../../src/models/types.ts";
import { pick } from "../../src/serializers/pick.ts";
import { type EventSource, sources } from "../support/events.ts";
import { send, type TestResponse } from "../support/send.ts";

interface Note {
  id: string;
  text: string;
}
type Handler = Parameters<typeof send>[0];
type Headers = Record<string, string>;

const serializer = pick("id", "text");
const make = (): Model<Note> =>
  memoryModel<Note>({ name: "Note", unique: ["text"], objects: [{ id: "n1", text: "first" }] });
const failed = { code: 412, message: "Precondition Failed" };
const required = { code: 428, message: "Precondition Required" };
const got = ({ status, body }: TestResponse): unknown[] => [status, body];

async function caller(source: EventSource, model: Model<Note>) {
  const ask = (handler: Handler, method: string, headers: Headers = {}, body?: unknown) =>
    send(handler, source, {
      method,
      path: "/notes/n1",
      pathParameters: { id: "n1" },
      headers,
      ...(body !== undefined && { body }),
    });
  const first = await ask(retrieveHandler(model, { serializer }), "GET");
  const text = async (): Promise<string | undefined> => (await model.objects.get("n1"))?.text;
  return { ask, text, tag: first.headers.etag as string };
}

describe.each(sources)("conditions on %s", source => {
  it("of an update: If-Match compares strongly, If-None-Match weakly, and * is any version", async () => {
    const model = make();
    const { ask, text, tag } = await caller(source, model);
    const update = updateHandler(model, { optional: ["text"], serializer });
    const refused: Headers[] = [
      { "If-Match": '"other"' },
      { "If-Match": `W/${tag}` },
      { "If-Match": "" },
      { "If-Match": "nonsense" },
      { "If-None-Match": tag },
      { "If-None-Match": `W/${tag}` },
      { "If-None-Match": `"a", ${tag}` },
      { "If-None-Match": "*" },
      { "If-None-Match": " * " },
      { "If-Match": tag, "If-None-Match": tag },
      { "If-Match": "*", "If-None-Match": tag },
      { "If-Match": '"other"', "If-None-Match": '"other"' },
    ];
    for (const headers of refused) {
      expect(got(await ask(update, "PATCH", headers, { text: "no" })), JSON.stringify(headers)).toEqual([
        412,
        failed,
      ]);
      expect(await text()).toBe("first");
    }
    const passed: Headers[] = [
      {},
      { "If-Match": tag },
      { "If-Match": `"a" , ${tag}` },
      { "If-Match": "*" },
      { "If-None-Match": '"other"' },
      { "If-None-Match": "nonsense" },
      { "If-Match": tag, "If-None-Match": 'W/"other"' },
    ];
    for (const headers of passed) {
      const fresh = make();
      const handler = updateHandler(fresh, { optional: ["text"], serializer });
      const response = await ask(handler, "PATCH", headers, { text: "yes" });
      expect(got(response), JSON.stringify(headers)).toEqual([200, { id: "n1", text: "yes" }]);
    }
  });

  it("of a delete: If-Match compares strongly, If-None-Match weakly, and * is any version", async () => {
    const model = make();
    const { ask, text, tag } = await caller(source, model);
    const remove = deleteHandler(model, { serializer });
    for (const headers of [
      { "If-Match": `W/${tag}` },
      { "If-None-Match": tag },
      { "If-None-Match": `W/${tag}` },
      { "If-None-Match": "*" },
    ]) {
      expect(got(await ask(remove, "DELETE", headers as unknown as Headers))).toEqual([412, failed]);
      expect(await text()).toBe("first");
    }
    const headers = { "If-Match": tag, "If-None-Match": '"other"' };
    expect((await ask(remove, "DELETE", headers)).status).toBe(204);
    expect((await ask(remove, "DELETE", headers)).status).toBe(404);
  });

  it("requireMatch refuses an update and a delete without If-Match by 428", async () => {
    const model = make();
    const { ask, text, tag } = await caller(source, model);
    const update = updateHandler(model, { optional: ["text"], serializer, requireMatch: true });
    const remove = deleteHandler(model, { serializer, requireMatch: true });
    expect(got(await ask(update, "PATCH", {}, { text: "no" }))).toEqual([428, required]);
    expect(got(await ask(update, "PATCH", { "If-None-Match": '"x"' }, { text: "no" }))).toEqual([
      428,
      required,
    ]);
    expect(got(await ask(remove, "DELETE"))).toEqual([428, required]);
    expect(await text()).toBe("first");
    const updated = await ask(update, "PATCH", { "If-Match": tag }, { text: "yes" });
    expect(got(updated)).toEqual([200, { id: "n1", text: "yes" }]);
    expect(got(await ask(remove, "DELETE", { "If-Match": tag }))).toEqual([412, failed]);
    const latest = { "If-Match": updated.headers.etag as string };
    expect((await ask(remove, "DELETE", latest)).status).toBe(204);
    expect((await ask(remove, "DELETE")).status).toBe(404);
  });

  it("If-None-Match: * on create answers 412 when the id is taken, and is no matter else", async () => {
    const model = make();
    const create = createHandler(model, { required: ["text"], optional: ["id"], serializer });
    const post = (body: unknown, headers: Headers = {}) =>
      send(create, source, { method: "POST", path: "/notes", headers, body });
    const none = { "If-None-Match": "*" };
    expect(got(await post({ id: "n1", text: "mine" }, none))).toEqual([412, failed]);
    expect(got(await post({ id: "n1", text: "mine" }))).toEqual([
      409,
      { code: 409, message: "Duplicate id", field: "id" },
    ]);
    expect(got(await post({ id: "n1", text: "mine" }, { "If-None-Match": '"x"' }))[0]).toBe(409);
    expect(got(await post({ id: "n2", text: "first" }, none))).toEqual([
      409,
      { code: 409, message: "Duplicate text", field: "text" },
    ]);
    expect(got(await post({ id: "n2", text: "mine" }, none))).toEqual([201, { id: "n2", text: "mine" }]);
    expect((await post({ text: "another" }, none)).status).toBe(201);
    expect(await model.objects.get("n1")).toEqual({ id: "n1", text: "first" });
  });

  it("are asked after who may, and before the body is read", async () => {
    const model = make();
    const { ask, tag } = await caller(source, model);
    const options = { optional: ["text"], serializer, requireMatch: true } as const;
    const closed = updateHandler(model, { ...options, permit: () => false });
    for (const headers of [{}, { "If-Match": tag }, { "If-Match": '"other"' }] as Headers[]) {
      expect((await ask(closed, "PATCH", headers, "{")).status).toBe(401);
    }
    const open = updateHandler(model, options);
    expect((await ask(open, "PATCH", {}, "{")).status).toBe(428);
    expect((await ask(open, "PATCH", { "If-Match": '"other"' }, "{")).status).toBe(412);
    expect((await ask(open, "PATCH", { "If-Match": tag }, "{")).status).toBe(400);
  });
});

describe("the option requireMatch", () => {
  it("must be a boolean", () => {
    const options = { serializer, requireMatch: 1 as never };
    const message = (name: string) => new TypeError(`${name}: option "requireMatch" must be true or false`);
    expect(() => updateHandler(make(), options)).toThrow(message("updateHandler"));
    expect(() => deleteHandler(make(), options)).toThrow(message("deleteHandler"));
  });

  it("is shared by the verbs of a resource that change an object", async () => {
    const notes = resource(make(), { serializer, optional: ["text"], requireMatch: true });
    const at = { pathParameters: { id: "n1" }, path: "/notes/n1" };
    expect((await send(notes.update, "http", { ...at, body: {} })).status).toBe(428);
    expect((await send(notes.delete, "http", at)).status).toBe(428);
    expect((await send(notes.retrieve, "http", at)).status).toBe(200);
    expect((await send(notes.create, "http", { body: { text: "x" } })).status).toBe(201);
  });
});
