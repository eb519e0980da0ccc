import { describe, expect, it } from "vitest";
import { BadRequest } from "../../../../src/core/errors.ts";
import { memoryModel } from "../../../../src/models/memory/memoryModel.ts";
import { asQueryset } from "../../../../src/models/query/asQueryset.ts";
import { Objects } from "../contract.types.ts";

interface Note {
  id: string;
  text: string;
}

const notes: readonly Note[] = [
  { id: "b", text: "two" },
  { id: "a", text: "one" },
  { id: "c", text: "two" },
];
const Notes = memoryModel<Note>({ name: "Note", objects: notes });

describe("asQueryset", () => {
  it("gives back what has all methods as it is", () => {
    expect(asQueryset(Notes.objects, Notes)).toBe(Notes.objects);
    const own = asQueryset(new Objects(Notes.objects), Notes);
    expect(asQueryset(own, Notes)).toBe(own);
  });

  it.each([
    ["a class of one's own", asQueryset(new Objects(Notes.objects), Notes)],
    ["a list", asQueryset(notes, Notes)],
  ])("gives %s first, all and exists, however it is narrowed", async (_title, objects) => {
    const two = objects.filter({ text: "two" }).orderBy("-id");
    expect(await two.first()).toEqual({ id: "c", text: "two" });
    expect(await two.all()).toEqual([notes[2], notes[0]]);
    await expect(two.all({ limit: 1 })).rejects.toThrow(BadRequest);
    expect(await objects.search("ONE", ["text"]).all()).toEqual([notes[1]]);
    expect(await two.exists()).toBe(true);
    const none = objects.filter({ text: "three" });
    expect([await none.first(), await none.all(), await none.exists()]).toEqual([undefined, [], false]);
    expect([await two.count(), (await two.get("a")) === undefined]).toEqual([2, true]);
  });

  it("leaves to a queryset what it has itself, and reads on where a page is short", async () => {
    const pages = [
      { items: [], nextCursor: "1" },
      { items: [notes[0]], nextCursor: "2" },
      { items: [notes[1]] },
    ];
    class Short extends Objects<Note> {
      override page(request: { cursor?: string }) {
        return Promise.resolve(pages[Number(request.cursor ?? 0)] as { items: Note[]; nextCursor?: string });
      }
      exists(): Promise<boolean> {
        return Promise.resolve(false);
      }
    }
    const objects = asQueryset(new Short(Notes.objects), Notes);
    expect(await objects.first()).toEqual(notes[0]);
    expect(await objects.all({ limit: 2 })).toEqual([notes[0], notes[1]]);
    await expect(objects.all({ limit: 1 })).rejects.toThrow("More than 1 objects");
    expect(await objects.exists()).toBe(false);
  });
});
