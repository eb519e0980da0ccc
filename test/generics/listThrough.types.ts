import { expectTypeOf } from "vitest";
import { api } from "../../api/api.ts";
import type { Client } from "../../client/index.ts";
import { listHandler } from "../../generics/listHandler.ts";
import type { FullModel, RelatedPath, RelatedTo } from "../../src/models/types.ts";
import { fields } from "../../src/serializers/fields.ts";
import { listOf } from "../../src/serializers/listOf.ts";
import { pick } from "../../src/serializers/pick.ts";

interface Org {
  id: string;
  name: string;
}
interface User extends RelatedTo<{ org: Org }> {
  id: string;
  name: string;
  age: number;
}
interface Comment {
  id: string;
  text: string;
}
interface Post extends RelatedTo<{ author: User; comments: Comment[] }> {
  id: string;
  title: string;
}
declare const Posts: FullModel<Post>;

export function pathsAreThoseOfRelations(): void {
  expectTypeOf<RelatedPath<Post>>().toEqualTypeOf<
    | "author.id"
    | "author.name"
    | "author.age"
    | "author.org.id"
    | "author.org.name"
    | "comments.id"
    | "comments.text"
  >();
  expectTypeOf<RelatedPath<Org>>().toEqualTypeOf<never>();
}

export function querysetsAreFilteredByThem(): void {
  Posts.objects.filter({ "author.name": { startsWith: "A" }, "author.org.name": ["a", "b"], title: "x" });
  Posts.objects.filter({ or: [{ "author.age": { gte: 18 } }, { not: { "comments.text": "x" } }] });
  Posts.objects.filter({
    "comments.*": { text: { contains: "x" }, id: "1" },
    "author.*": { "org.name": "x" },
  });
  // @ts-expect-error not a field of what is related
  Posts.objects.filter({ "author.nme": "x" });
  // @ts-expect-error not a relation
  Posts.objects.filter({ "autor.name": "x" });
  // @ts-expect-error a text is not an age
  Posts.objects.filter({ "author.age": "old" });
}

const list = listHandler(Posts, {
  serializer: fields({
    title: true,
    author: fields({ name: true, org: pick("name") }),
    comments: listOf(pick("text")),
  }),
  filters: {
    "author.name": true,
    "author.age": true,
    "author.org.name": true,
    "author.id": ["eq", "in"],
    "comments.text": true,
  },
});
const named = listHandler(Posts, { serializer: fields({ author: pick("name") }), filters: ["author.name"] });

export function listsAreHeldToThem(): void {
  // @ts-expect-error not a field of what is related
  listHandler(Posts, { serializer: pick("title"), filters: ["author.nme"] });
  // @ts-expect-error not a relation
  listHandler(Posts, { serializer: pick("title"), filters: { "autor.name": true } });
}
const app = api({ "GET /posts": list, "GET /names": named });
declare const client: Client<typeof app>;

export function clientsAreHeldToThem(): void {
  const get = client["GET /posts"];
  get({ query: { "author.name[startsWith]": "A", "author.name": ["Ann", "Bob"], "author.id": "1" } });
  get({ query: { "author.org.name[icontains]": "x", "comments.text[contains]": "x", "author.age": 18 } });
  client["GET /names"]({ query: { "author.name[contains]": "n" } });
  // @ts-expect-error what does not go out is compared for equality alone
  get({ query: { "author.age[gte]": 18 } });
  // @ts-expect-error the option names the operators
  get({ query: { "author.id[ne]": "1" } });
  // @ts-expect-error not a filter
  get({ query: { "author.org.id": "1" } });
  // @ts-expect-error a text is not an age
  get({ query: { "author.age": "old" } });
}
