import { expectTypeOf } from "vitest";
import { z } from "zod";
import type { JsonFor, JsonOf } from "../../../src/core/endpoint.ts";
import type { Model } from "../../../src/models/types.ts";
import { jsonSchema } from "../../../src/schema/jsonSchema.ts";
import { fields } from "../../../src/serializers/fields.ts";
import { omit } from "../../../src/serializers/omit.ts";
import { pick } from "../../../src/serializers/pick.ts";
import type { Serialized, Serializer } from "../../../src/serializers/types.ts";

interface Author {
  id: string;
  name: string;
}
interface User {
  id: string;
  email: string;
  nick?: string;
  born: Date;
  author: Author | null;
  friends: Author[];
  lazy: Promise<Author | null>;
}

/** Stands for a generic, which keeps the type of its serializer. */
declare function made<T, const Given = object>(
  model: Model<T>,
  options: { serializer: Serializer<T> } & Given,
): Given extends { serializer: infer S } ? Serialized<T, S> : "no serializer";

export function whatGoesOutIsTyped(Users: Model<User>): void {
  expectTypeOf(made(Users, { serializer: pick("id", "nick") })).toEqualTypeOf<Pick<User, "id" | "nick">>();
  expectTypeOf(made(Users, { serializer: omit("email") })).toEqualTypeOf<Omit<User, "email">>();
  expectTypeOf(made(Users, { serializer: z.object({ id: z.string() }) })).toEqualTypeOf<{ id: string }>();
  const json = jsonSchema({ type: "object", properties: { id: { type: "string" } }, required: ["id"] });
  expectTypeOf(made(Users, { serializer: json })).toEqualTypeOf<{ id: string }>();
  expectTypeOf(made(Users, { serializer: user => ({ at: user.born }) })).toEqualTypeOf<{ at: Date }>();
  expectTypeOf(made(Users, { serializer: async user => user.id })).toEqualTypeOf<string>();
}

export function fieldsAreFollowed(Users: Model<User>): void {
  const output = made(Users, {
    serializer: fields({
      id: true,
      mail: "email",
      nick: true,
      age: user => user.born.getTime(),
      later: async user => [user.id],
      author: pick("name"),
      friends: fields({ id: true, shout: author => author.name.toUpperCase() }),
      lazy: pick("id"),
    }),
  });
  expectTypeOf(output).toEqualTypeOf<{
    id: string;
    mail: string;
    nick: string | undefined;
    age: number;
    later: string[];
    author: Pick<Author, "name"> | null;
    friends: { id: string; shout: string }[];
    lazy: Pick<Author, "id"> | null;
  }>();
}

export function jsonIsWhatIsLeft(): void {
  expectTypeOf<
    JsonOf<{
      at: Date;
      big: bigint;
      raw: Uint8Array;
      list: readonly (Date | null)[];
      run(): void;
      maybe?: Date;
    }>
  >().toEqualTypeOf<{ at: string; big: string; raw: string; list: (string | null)[]; maybe?: string }>();
  expectTypeOf<JsonOf<Pick<User, "id" | "nick">>>().toEqualTypeOf<{ id: string; nick?: string }>();
  expectTypeOf<JsonOf<{ toJSON(): { at: Date } }>>().toEqualTypeOf<{ at: string }>();
  // biome-ignore lint/suspicious/noExplicitAny: any is what is looked at
  expectTypeOf<JsonOf<any>>().toBeUnknown();
  expectTypeOf<JsonOf<unknown>>().toBeUnknown();
  expectTypeOf<JsonFor<{ at: Date; tags: string[] }>>().toEqualTypeOf<{
    at: Date | string;
    tags: readonly string[];
  }>();
}
