import { describe, it } from "vitest";
import { memoryModel } from "../../../src/models/memory.ts";
import { modelConformance, type Thing, thingFields } from "../../../src/testing/modelConformance.ts";

describe("memoryModel conforms", () => {
  modelConformance(() => memoryModel<Thing>({ name: "Thing", unique: ["email"], fields: thingFields }), {
    test: it,
  });
});

describe("memoryModel with a version conforms", () => {
  const fields = { ...thingFields, version: "integer" as const };
  modelConformance(
    () => memoryModel<Thing>({ name: "Thing", unique: ["email"], fields, version: "version" }),
    { test: it },
  );
});
