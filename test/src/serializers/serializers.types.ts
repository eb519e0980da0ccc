import { expectTypeOf } from "vitest";
import { z } from "zod";
import type { Model } from "../../../src/models/types.ts";
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

/** Stands for a generic: the model decides what the serializer is checked against. */
declare function handler<T>(model: Model<T>, options: { serializer: Serializer<T> }): T;

export function knownKeysNeedNoAnnotation(Users: Model<User>): void {
  expectTypeOf(handler(Users, { serializer: pick("id", "email", "nick") })).toEqualTypeOf<User>();
  expectTypeOf(handler(Users, { serializer: omit("email") })).toEqualTypeOf<User>();
  expectTypeOf(handler(Users, { serializer: z.object({ id: z.string() }) })).toEqualTypeOf<User>();
}

export function typosDoNotCompile(Users: Model<User>): void {
  // @ts-expect-error no such field
  handler(Users, { serializer: pick("emial") });
  // @ts-expect-error one of them is not a field
  handler(Users, { serializer: pick("id", "emial") });
  // @ts-expect-error no such field
  handler(Users, { serializer: omit("pasword") });
  // @ts-expect-error renamed from no field
  handler(Users, { serializer: fields({ mail: "emial" }) });
  // @ts-expect-error no field of this name
  handler(Users, { serializer: fields({ mail: true }) });
  // @ts-expect-error a nested object without this field
  handler(Users, { serializer: fields({ author: pick("email") }) });
  // @ts-expect-error an item without this field
  handler(Users, { serializer: fields({ friends: pick("email") }) });
  // @ts-expect-error nothing stands in a field of this name
  handler(Users, { serializer: fields({ writer: pick("id") }) });
  // @ts-expect-error no serializer
  handler(Users, { serializer: "id" });
}

export function inlineFunctionsAreTyped(Users: Model<User>): void {
  handler(Users, {
    serializer: user => {
      expectTypeOf(user).toEqualTypeOf<User>();
      return { id: user.id };
    },
  });
  handler(Users, {
    serializer: async (user, { event, context }) => {
      expectTypeOf(event.headers).not.toBeAny();
      expectTypeOf(context.awsRequestId).toEqualTypeOf<string>();
      return user.id;
    },
  });
  handler(Users, {
    // @ts-expect-error no such field
    serializer: user => user.emial,
  });
}

export function fieldsAreTyped(Users: Model<User>): void {
  handler(Users, {
    serializer: fields({
      id: true,
      mail: "email",
      age: user => {
        expectTypeOf(user).toEqualTypeOf<User>();
        return user.born.getTime();
      },
      later: async (user, { context }) => [user.id, context.awsRequestId],
      author: pick("id"),
      lazy: pick("name"),
      friends: fields({
        id: true,
        shout: author => {
          expectTypeOf(author).toEqualTypeOf<Author>();
          return author.name.toUpperCase();
        },
      }),
    }),
  });
  handler(Users, {
    // @ts-expect-error no such field
    serializer: fields({ age: user => user.bron }),
  });
}

export function fieldsByThemselves(user: User): void {
  const byType = fields<User>({
    id: true,
    mail: "email",
    author: pick("id"),
    up: ({ email }) => email.trim(),
  });
  expectTypeOf(byType(user)).toEqualTypeOf<
    { [name: string]: unknown } | Promise<{ [name: string]: unknown }>
  >();
  // @ts-expect-error no such field
  fields<User>({ mail: "emial" });
  // @ts-expect-error another object's
  byType({ id: "1" });
}

/** Where it stands alone the model says whose fields they are, and everything else is inferred as ever. */
export function fieldsOfAModel(Users: Model<User>): void {
  const shared = fields(Users, { id: true, mail: "email", length: ({ email }) => email.length });
  handler(Users, { serializer: shared });
  expectTypeOf<Serialized<User, typeof shared>>().toEqualTypeOf<{
    id: string;
    mail: string;
    length: number;
  }>();
  // @ts-expect-error no such field
  fields(Users, { mail: "emial" });
  // @ts-expect-error no such field
  fields(Users, { mail: true });
}

export function plainUse(user: User): void {
  expectTypeOf(pick("id")(user)).toEqualTypeOf<Pick<User, "id">>();
  expectTypeOf(pick("nick")(user)).toEqualTypeOf<{ nick?: string }>();
  expectTypeOf(omit("born")(user)).toEqualTypeOf<Omit<User, "born">>();
  // @ts-expect-error no such field
  pick("emial")(user);
  // @ts-expect-error at least one key
  pick();
  // @ts-expect-error keys are strings
  pick(1);
}
