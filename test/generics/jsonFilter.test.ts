import { describe, expect, it } from "vitest";
import { listHandler } from "../../generics/listHandler.ts";
import { memoryModel } from "../../src/models/memory/memoryModel.ts";
import { sqlModel } from "../../src/models/sql/sqlModel.ts";
import { sqlite } from "../../src/models/sqlite.ts";
import { pick } from "../../src/serializers/pick.ts";
import { send } from "../support/send.ts";

interface Task {
  id: string;
  meta: unknown;
}
const objects: Task[] = [
  { id: "1", meta: { a: 1, b: [true, "x,y"] } },
  { id: "2", meta: ["x"] },
  { id: "3", meta: "[x" },
  { id: "4", meta: { a: 12345678901234567890n.toString() } },
];

const models = {
  async memory() {
    return memoryModel<Task>({ name: "Task", objects, fields: { id: "text", meta: "json" } });
  },
  async sqlite() {
    const Tasks = sqlModel<Task>({
      db: sqlite(":memory:"),
      name: "Task",
      columns: { id: "text", meta: "json" },
    });
    for (const object of objects) await Tasks.create(object);
    return Tasks;
  },
};

describe.each(Object.entries(models))("a filter of JSON on %s", (_engine, make) => {
  async function found(query: Record<string, string>): Promise<unknown> {
    const list = listHandler(await make(), {
      serializer: pick("id"),
      filters: { meta: ["eq", "ne", "in", "notIn"] },
    });
    const { status, body } = await send(list as never, "http", { query: Object.entries(query) });
    return status === 200 ? (body as { id: string }[]).map(({ id }) => id).sort() : [status, body];
  }

  it("equals an object or a list, whose commas divide nothing", async () => {
    expect(await found({ meta: '{"a":1,"b":[true,"x,y"]}' })).toEqual(["1"]);
    expect(await found({ "meta[eq]": '{"b":[true,"x,y"],"a":1}' })).toEqual(["1"]);
    expect(await found({ "meta[in]": '["x"]' })).toEqual(["2"]);
    expect(await found({ "meta[ne]": '["x"]' })).toEqual(["1", "3", "4"]);
    expect(await found({ "meta[notIn]": '{"a":1,"b":[true,"x,y"]}' })).toEqual(["2", "3", "4"]);
    expect(await found({ meta: '{"a":1}' })).toEqual([]);
  });

  it("takes what is not JSON for a text in it", async () => {
    expect(await found({ meta: "[x" })).toEqual(["3"]);
    expect(await found({ meta: '{"__proto__":{"a":1}}' })).toEqual([]);
  });
});
