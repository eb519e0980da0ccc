import { type HttpEvent, jsonSchema, pick, resource } from "tsverless";
import { Notes, type User, Users } from "./models.ts";

const note = jsonSchema({
  type: "object",
  properties: {
    title: { type: "string", minLength: 1, maxLength: 200 },
    text: { type: "string", maxLength: 10_000 },
  },
});

/** The notes of others do not exist. */
const mine = (_event: HttpEvent, { user }: { user: User }) => Notes.objects.filter({ owner: user.id });

/** POST /notes, GET /notes, and GET, PUT, PATCH and DELETE /notes/{id}: whoever is signed in, for their own notes. */
export const notes = resource(Notes, {
  auth: { model: Users },
  serializer: pick("id", "title", "text", "createdAt"),
  body: note,
  queryset: mine,
  ordering: ["createdAt", "title"],
  search: ["title", "text"],
  defaults: ({ context }) => ({ owner: context.user.id, createdAt: new Date().toISOString() }),
  create: { required: ["title"], optional: ["text"] },
  update: { optional: ["title", "text"] },
});
