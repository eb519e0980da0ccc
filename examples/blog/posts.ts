import { type HttpEvent, jsonSchema, pick, resource } from "tsverless";
import { Posts, type User, Users } from "./models.ts";

const changes = jsonSchema({
  type: "object",
  properties: {
    title: { type: "string", minLength: 1, maxLength: 200 },
    text: { type: "string", maxLength: 100_000 },
    tags: { type: "array", items: { type: "string", maxLength: 50 }, maxItems: 20 },
  },
});

/** Whatever others wrote does not exist for a write. */
const mine = (_event: HttpEvent, { user }: { user: User }) => Posts.objects.filter({ author: user.id });

/** GET /posts, GET /posts/{id}: anybody. POST /posts: whoever is signed in. PUT, PATCH, DELETE /posts/{id}: the author. */
export const posts = resource(Posts, {
  auth: { model: Users },
  serializer: pick("id", "author", "title", "text", "tags", "createdAt"),
  body: changes,
  filters: ["author", "createdAt"],
  ordering: ["createdAt", "title"],
  search: ["title", "text"],
  defaults: ({ event, context }) => ({
    author: context.user.id,
    tags: event.body.tags ?? [],
    createdAt: new Date().toISOString(),
  }),
  create: { required: ["title", "text"], optional: ["tags"] },
  update: { optional: ["title", "text", "tags"], queryset: mine },
  delete: { queryset: mine },
  retrieve: { auth: undefined },
  list: { auth: undefined },
});
