import { expectTypeOf } from "vitest";
import { listHandler } from "../../generics/listHandler.ts";
import { loadQueryset } from "../../middlewares/loadQueryset.ts";
import type { EndpointTypesOf } from "../../src/core/endpoint.ts";
import type { Model } from "../../src/models/types.ts";
import { fields } from "../../src/serializers/fields.ts";
import { omit } from "../../src/serializers/omit.ts";
import { pick } from "../../src/serializers/pick.ts";

interface User {
  id: string;
  token: string;
  age: number;
}
declare const Users: Model<User>;

type NamesOf<Handler, Field extends string> = Extract<
  keyof NonNullable<EndpointTypesOf<Handler>["query"]>,
  Field | `${Field}[${string}`
>;
type Equality = "token" | `token[${"eq" | "ne" | "in" | "notIn" | "isNull"}]`;

export function clientsKnowWhatIsAllowed(): void {
  const hidden = listHandler(Users, { serializer: pick("id"), filters: ["token"] });
  expectTypeOf<NamesOf<typeof hidden, "token">>().toEqualTypeOf<Equality>();
  const omitted = listHandler(Users, { serializer: omit("token"), filters: ["token", "age"] });
  expectTypeOf<NamesOf<typeof omitted, "token">>().toEqualTypeOf<Equality>();
  expectTypeOf<"age[gte]">().toExtend<NamesOf<typeof omitted, "age">>();
  const made = listHandler(Users, {
    serializer: fields({ id: true, token: (user: User) => user.token.slice(0, 1), years: "age" }),
    filters: ["token", "age"],
  });
  expectTypeOf<NamesOf<typeof made, "token">>().toEqualTypeOf<Equality>();
  expectTypeOf<"age[gte]">().toExtend<NamesOf<typeof made, "age">>();
  const byFunction = listHandler(Users, { serializer: ({ token }) => ({ token }), filters: ["token"] });
  expectTypeOf<NamesOf<typeof byFunction, "token">>().toEqualTypeOf<Equality>();
  const named = listHandler(Users, { serializer: pick("id"), filters: { token: ["startsWith"], age: true } });
  expectTypeOf<NamesOf<typeof named, "token">>().toEqualTypeOf<"token[startsWith]">();
}

export function optionsTakeWhatThereIs(): void {
  loadQueryset(Users, { filters: { token: ["eq"], age: { kind: "integer", operators: ["gte"] }, id: true } });
  loadQueryset(Users, { filters: { age: "integer" }, serializer: pick("id") });
  // @ts-expect-error no operator
  loadQueryset(Users, { filters: { token: ["like"] } });
  // @ts-expect-error no field
  loadQueryset(Users, { filters: { tokens: ["eq"] } });
  // @ts-expect-error no kind
  listHandler(Users, { serializer: pick("id"), filters: { token: "string" } });
  // @ts-expect-error no operator
  listHandler(Users, { serializer: pick("id"), filters: { token: ["starts"] } });
}
