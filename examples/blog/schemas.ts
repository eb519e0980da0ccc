import { jsonSchema } from "tsverless";

const text = { type: "string" } as const;
const time = { type: "string", format: "date-time" } as const;

export const user = jsonSchema({
  type: "object",
  properties: { id: text, email: text, name: text, password: text, createdAt: time },
  required: ["id", "email", "password", "createdAt"],
  additionalProperties: false,
});

export const post = jsonSchema({
  type: "object",
  properties: {
    id: text,
    author: text,
    title: text,
    text,
    tags: { type: "array", items: text },
    createdAt: time,
  },
  required: ["id", "author", "title", "text", "tags", "createdAt"],
  additionalProperties: false,
});
