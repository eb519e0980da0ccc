import { describe, expect, it } from "vitest";
import { many, one, type RelatedTo } from "../../../../src/models/index.ts";
import { memoryModel } from "../../../../src/models/memory/index.ts";
import type { Model } from "../../../../src/models/types.ts";

interface User {
  id: string;
  name: string;
}
interface Post extends RelatedTo<{ author: User; comments: User[] }> {
  id: string;
  author: string;
}

const fields = { id: "text", name: "text" } as const;
const Users = memoryModel<User>({ name: "User", fields });
const make = (relations: object, more: object = { fields: { id: "text", author: "text" } }): Model<Post> =>
  memoryModel<Post>({ name: "Post", ...more, relations: relations as never });

describe("relations of a model", () => {
  it("stand on it by their names, with the model, the keys and what they refer to", () => {
    const author = one(Users, "author");
    const comments = many(() => Users, ["name"], { references: "author" });
    const Posts = make({ author, comments });
    expect(Posts.relations).toEqual({ author, comments });
    expect([author.kind, author.model, author.keys, author.references]).toEqual([
      "one",
      Users,
      ["author"],
      undefined,
    ]);
    expect([comments.kind, comments.model, comments.keys, comments.references]).toEqual([
      "many",
      Users,
      ["name"],
      ["author"],
    ]);
    expect(Users.relations).toBeUndefined();
  });

  it("ask for the model of a function when it is needed, once", () => {
    let asked = 0;
    const author = one((): Model<User> => {
      asked++;
      return Users;
    }, "author");
    make({ author });
    expect(asked).toBe(0);
    expect([author.model, author.model, asked]).toEqual([Users, Users, 1]);
    const wrong = one((() => undefined) as never, "author");
    expect(() => wrong.model).toThrow(TypeError("one: what the function gives must be a model"));
    const other = many((): Model<User> => Users, "post" as never);
    expect(() => other.model).toThrow(TypeError('many: "post" is not a field of User'));
  });

  it.each<[string, () => unknown]>([
    ["one: model must be a model, or a function that gives one", () => one(undefined as never, "author")],
    ["many: model must be a model, or a function that gives one", () => many({} as never, "author" as never)],
    ["one: keys must be the name of a field, or a list of them", () => one(Users, undefined as never)],
    ["one: keys must be the name of a field, or a list of them", () => one(Users, [])],
    ["one: keys must be the name of a field, or a list of them", () => one(Users, ["a", "a"])],
    ["many: keys must be the name of a field, or a list of them", () => many(Users, "" as never)],
    ['many: "post" is not a field of User', () => many(Users, "post" as never)],
    ['one: "nick" is not a field of User', () => one(Users, "author", { references: "nick" as never })],
    [
      'one: option "references" must name a field for each key',
      () => one(Users, "author", { references: ["id", "name"] }),
    ],
    [
      'one: unknown option "limit"; it takes references, queryset, onDelete, foreignKey',
      () => one(Users, "author", { limit: 1 } as never),
    ],
    [
      'many: option "orderBy" must be a string or an array of strings',
      () => many(Users, "name", { orderBy: 1 } as never),
    ],
    ['memoryModel: option "relations" must be an object', () => make("author" as never)],
    ['memoryModel: relation "author" must be what one() or many() gives', () => make({ author: Users })],
    ['memoryModel: relation "author" must be what one() or many() gives', () => make({ author: undefined })],
    [
      'memoryModel: relation "poster" names "writer", which is not a field',
      () => make({ poster: one(Users, "writer") }),
    ],
    [
      'memoryModel: relation "id" is called as a field that is not its key',
      () => make({ id: one(Users, "author") }),
    ],
    [
      'memoryModel: relation "author" is called as a field that is not its key',
      () => make({ author: many(Users, "name") }),
    ],
    ['memoryModel: a relation can\'t be named "a.b"', () => make({ "a.b": one(Users, "author") })],
    ['memoryModel: a relation can\'t be named "a,b"', () => make({ "a,b": one(Users, "author") })],
  ])("refuse what they can't be: %s", (message, run) => {
    expect(run).toThrow(TypeError(message));
  });

  it("may name any field of a model that does not know its own", () => {
    expect(() => make({ author: one(Users, "writer") }, {})).not.toThrow();
  });
});
