import { readQuery } from "../../src/http/query.ts";
import { fields } from "../../src/serializers/fields.ts";
import { pick } from "../../src/serializers/pick.ts";
import type { Fault } from "./accessFaults.ts";
import { apiOf, type Note, type World } from "./accessWorld.ts";

interface Request {
  event: object;
}

/** An API whose list gives everybody's notes where the query has a parameter of this form. */
const widenedBy =
  (parameter: RegExp) =>
  (world: World): ReturnType<Fault["make"]> =>
    apiOf(world, {
      serializer: fields<Note>({ id: true, title: true, text: true, author: pick("email") }),
      include: ["author"],
      list: {
        filters: ["title", "author.email"],
        or: true,
        list: (found: unknown, { event }: Request) =>
          Object.keys(readQuery(event)).some(name => parameter.test(name)) ? world.Notes.objects : found,
      },
    });

/** Lists that forget their scope by what a query asks; nothing else of them is wrong. */
export const queryFaults: Fault[] = (
  [
    ["an include", /^include$/],
    ["alternatives", /^or\[0\]\[title\]$/],
    ["between", /^title\[between\]$/],
    ["notIn", /^title\[notIn\]$/],
    ["a filter through a relation", /^author\.email/],
  ] as const
).map(([name, parameter]) => ({
  title: `a list that forgets its scope beside ${name}`,
  make: widenedBy(parameter),
  kind: "shown",
  route: "GET /notes",
  what: /sees (id|title|text|email) of a (Note|User)/,
}));
