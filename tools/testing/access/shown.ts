import type { Row } from "../../../src/core/types.ts";
import { toJson } from "../../../src/http/json.ts";
import { ResponseRequest } from "../../../src/serializers/responseRequest.ts";
import { shownKeys } from "../../../src/serializers/shownKeys.ts";
import { toSerializer } from "../../../src/serializers/toSerializer.ts";
import { askedOf } from "./asked.ts";
import type { Holder } from "./canaries.ts";
import type { Policy } from "./policy.ts";
import type { AccessRoute } from "./routes.ts";
import type { Actor, Asked, Variables } from "./types.ts";
import type { Stored } from "./world.ts";

/** Names of fields that nothing lets out by accident. */
const secretName = /passw|secret|token|api_?key|private_?key|credential|salt|hash/i;

interface Marks {
  readonly omit?: unknown;
}

/** Whether a serializer names what it lets out: `omit` and a function may let out more than was thought of. */
function names(serializer: unknown, field: string): boolean {
  const form = (serializer as Record<symbol, Marks> | undefined)?.[Symbol.for("tsverless.serializer")];
  return form?.omit === undefined && shownKeys(serializer)?.has(field) === true;
}

/** What a route lets out of an object, as text. */
export async function serializedText(
  { serializer, known, verb, model }: AccessRoute,
  row: Row,
  asked: Asked,
): Promise<string> {
  if (serializer === undefined) {
    if (verb === "createMany" && model !== undefined) return toJson(row[model.idKey]);
    const content = known.responses.find(({ content: form }) => form !== undefined)?.content;
    return content && "field" in content ? toJson(row[content.field]) : "";
  }
  try {
    return toJson(await toSerializer(serializer as never)(row, new ResponseRequest(asked) as never)) ?? "";
  } catch {
    return "";
  }
}

/** Whether a field stands in what a route lets out of an object. */
export async function isShownBy(route: AccessRoute, row: Row, field: string, asked: Asked): Promise<boolean> {
  const keys = route.serializer === undefined ? undefined : shownKeys(route.serializer);
  if (keys?.has(field) === true) return true;
  return (await serializedText(route, row, asked)).includes(toJson(row[field] ?? null));
}

/** What a route may say of the objects that somebody may reach by it, as text. */
function shownText(policy: Policy, route: AccessRoute, actor: Actor, variables: Variables): Promise<string> {
  return policy.once(["shown", route.key, actor.name, variables], async () => {
    if (route.verb === "create" || route.verb === "createMany") return "";
    const asked = askedOf(route, actor, variables);
    const parts: string[] = [];
    for (const [key, { model, row }] of policy.snapshot) {
      if (model !== route.model) continue;
      if ((await policy.refusal(route, actor, key, variables)) !== undefined) continue;
      parts.push(await serializedText(route, row, asked));
    }
    return parts.join("\n");
  });
}

/** Whether some route of the field's own model lets it out by its name. */
function isShownSomewhere({ routes }: Policy, { stored, field }: Holder): boolean {
  const own = routes.filter(({ model, serializer }) => model === stored.model && serializer !== undefined);
  return (
    own.some(({ serializer }) => names(serializer, field)) ||
    (!secretName.test(field) && own.every(({ serializer }) => shownKeys(serializer) === undefined))
  );
}

/** Judges what responses say, going by serializers. */
export class Shown {
  private readonly policy: Policy;

  constructor(policy: Policy) {
    this.policy = policy;
  }

  /**
   * Why a response may not hold the value of a field.
   *
   * @param written the objects that the request wrote, which its response may show too
   * @returns `undefined` when it may
   */
  async leak(
    route: AccessRoute,
    actor: Actor,
    value: string,
    holder: Holder,
    variables: Variables,
    written: readonly Stored[],
  ): Promise<string | undefined> {
    const { stored, field, key } = holder;
    const { policy } = this;
    const asked = askedOf(route, actor, variables);
    const isSafe = names(route.serializer, field) || policy.isOpen(route) || !secretName.test(field);
    const mine = written.filter(({ model }) => model === route.model);
    const news = await Promise.all(mine.map(({ row }) => serializedText(route, row, asked)));
    const text = `${news.join("\n")}\n${await shownText(policy, route, actor, variables)}`;
    if (route.model !== undefined && text.includes(JSON.stringify(value).slice(1, -1))) {
      return isSafe ? undefined : "its name says that it is a secret";
    }
    if (stored.model === route.model) {
      const isNew = written.some(({ id, model }) => id === stored.id && model === stored.model);
      const refused = isNew ? undefined : await policy.refusal(route, actor, key, variables);
      if (refused !== undefined) return refused;
      const isDeclared = route.serializer !== undefined || route.known.kind !== undefined;
      if (isDeclared) return "the serializer keeps it";
    }
    if (route.model === undefined && route.serializer !== undefined) {
      const keys = shownKeys(route.serializer);
      if (keys?.has(field) === true && isSafe) return undefined;
      if (keys?.has(field) === false) return "the serializer keeps it";
    }
    return isShownSomewhere(policy, holder) ? undefined : `no serializer of ${stored.model.name} lets it out`;
  }
}
