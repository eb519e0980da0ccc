import { expectTypeOf } from "vitest";
import { type FromSchema, jsonSchema } from "../../../src/schema/jsonSchema.ts";
import type { InferInput, InferOutput } from "../../../src/schema/standard.ts";

export function primitivesAndUnions(): void {
  expectTypeOf<FromSchema<{ type: "string"; format: "email" }>>().toEqualTypeOf<string>();
  expectTypeOf<FromSchema<{ type: "integer" }>>().toEqualTypeOf<number>();
  expectTypeOf<FromSchema<{ type: "null" }>>().toEqualTypeOf<null>();
  expectTypeOf<FromSchema<{ type: readonly ["string", "null"] }>>().toEqualTypeOf<string | null>();
  expectTypeOf<FromSchema<{ type: "number"; nullable: true }>>().toEqualTypeOf<number | null>();
  expectTypeOf<FromSchema<{ enum: readonly ["a", 1, null] }>>().toEqualTypeOf<"a" | 1 | null>();
  expectTypeOf<FromSchema<{ type: "string"; const: "a" }>>().toEqualTypeOf<"a">();
  expectTypeOf<FromSchema<true>>().toEqualTypeOf<unknown>();
  expectTypeOf<FromSchema<false>>().toEqualTypeOf<never>();
  expectTypeOf<FromSchema<Record<never, never>>>().toEqualTypeOf<unknown>();
  expectTypeOf<FromSchema<{ $ref: "#/$defs/a" }>>().toEqualTypeOf<unknown>();
  expectTypeOf<FromSchema<{ anyOf: readonly [{ type: "string" }, { type: "boolean" }] }>>().toEqualTypeOf<
    string | boolean
  >();
  expectTypeOf<FromSchema<{ oneOf: readonly [{ const: 1 }, { const: 2 }] }>>().toEqualTypeOf<1 | 2>();
}

export function objects(): void {
  const User = jsonSchema({
    type: "object",
    properties: {
      email: { type: "string" },
      age: { type: "integer" },
      role: { enum: ["admin", "user"], default: "user" },
      tags: { type: "array", items: { type: "string" } },
      address: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
    },
    required: ["email", "extra"],
  });
  interface Out {
    email: string;
    age?: number;
    role: "admin" | "user";
    tags?: string[];
    address?: { city: string };
    extra: unknown;
  }
  expectTypeOf<InferOutput<typeof User>>().toEqualTypeOf<Out>();
  expectTypeOf<InferInput<typeof User>["role"]>().toEqualTypeOf<"admin" | "user" | undefined>();
  // @ts-expect-error a typo is not a property
  expectTypeOf<InferOutput<typeof User>["emial"]>();

  const asConst = { type: "object", properties: { id: { type: "string" } }, required: ["id"] } as const;
  expectTypeOf<FromSchema<typeof asConst>>().toEqualTypeOf<{ id: string }>();
  expectTypeOf<FromSchema<{ type: "object" }>>().toEqualTypeOf<{ [key: string]: unknown }>();
  expectTypeOf<FromSchema<{ type: "object"; additionalProperties: { type: "number" } }>>().toEqualTypeOf<{
    [key: string]: number;
  }>();
  type Closed = { type: "object"; properties: { a: { type: "null" } }; additionalProperties: false };
  expectTypeOf<FromSchema<Closed>>().toEqualTypeOf<{ a?: null }>();
  type Open = { type: "object"; properties: { a: { type: "null" } }; additionalProperties: true };
  expectTypeOf<FromSchema<Open>>().toEqualTypeOf<{ [key: string]: unknown; a?: null }>();
}

export function combinations(): void {
  const Both = jsonSchema({
    allOf: [
      { type: "object", properties: { a: { type: "string" } }, required: ["a"] },
      { type: "object", properties: { b: { type: "number" } } },
    ],
  });
  expectTypeOf<InferOutput<typeof Both>>().toEqualTypeOf<{ a: string; b?: number }>();

  const OneOfTwo = jsonSchema({
    type: "object",
    properties: { a: { type: "string" }, b: { type: "string" } },
    anyOf: [{ required: ["a"] }, { required: ["b"] }],
  });
  expectTypeOf<InferOutput<typeof OneOfTwo>>().toEqualTypeOf<{ a?: string; b?: string }>();

  const Shape = jsonSchema({
    oneOf: [
      { type: "object", properties: { kind: { const: "dot" } }, required: ["kind"] },
      {
        type: "object",
        properties: { kind: { const: "circle" }, radius: { type: "number" } },
        required: ["kind", "radius"],
      },
    ],
  });
  expectTypeOf<InferOutput<typeof Shape>>().toEqualTypeOf<
    { kind: "dot" } | { kind: "circle"; radius: number }
  >();
}

export function lists(): void {
  expectTypeOf<FromSchema<{ type: "array" }>>().toEqualTypeOf<unknown[]>();
  type Pair = {
    type: "array";
    prefixItems: readonly [{ type: "string" }, { type: "number" }];
    items: false;
  };
  expectTypeOf<FromSchema<Pair>>().toEqualTypeOf<[string?, number?]>();
  expectTypeOf<FromSchema<Pair & { minItems: 2 }>>().toEqualTypeOf<[string, number]>();
  expectTypeOf<FromSchema<Pair & { minItems: 1 }>>().toEqualTypeOf<[string, number?]>();
}

/** Stands for TypeBox, whose schemas carry their type as `static`. */
interface TypeBoxObject {
  readonly static: { id: string };
  readonly type: "object";
  readonly properties: { id: { type: "string" } };
}

export function typeBox(schema: TypeBoxObject): void {
  expectTypeOf<InferOutput<ReturnType<typeof jsonSchema<TypeBoxObject>>>>().toEqualTypeOf<{ id: string }>();
  const made = jsonSchema(schema);
  expectTypeOf<InferOutput<typeof made>>().toEqualTypeOf<{ id: string }>();
}

export function depthIsGuarded(): void {
  interface Endless {
    type: "object";
    properties: { next: Endless };
    required: readonly ["next"];
  }
  expectTypeOf<FromSchema<Endless>["next"]["next"]["next"]>().toHaveProperty("next");
}
