import { describe, expect, it } from "vitest";
import { canonicalJson, sameValue } from "../../../../src/models/fields/values.ts";
import { memoryModel } from "../../../../src/models/memory/memoryModel.ts";

describe("values", () => {
  it("are compared with bigints at any depth", () => {
    expect(sameValue({ a: [1n] }, { a: [1n] })).toBe(true);
    for (const other of [2n, 1, "1", "1n", null]) expect(sameValue({ a: [1n] }, { a: [other] })).toBe(false);
    expect(canonicalJson({ b: 1n, a: 2 })).toBe(canonicalJson({ a: 2, b: 1n }));
  });

  it("with bigints inside do not hinder an update", async () => {
    const model = memoryModel<{ id: string; totals: unknown }>({ name: "Sum" });
    const object = await model.create({ id: "s1", totals: { all: [2n ** 70n] } });
    const changed = await model.update(object, { totals: { all: [1n] } });
    expect(changed).toEqual({ id: "s1", totals: { all: [1n] } });
    await expect(model.update(object, { totals: null })).rejects.toThrow("Sum was changed by somebody else");
  });
});
