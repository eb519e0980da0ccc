import { isDeepStrictEqual } from "node:util";
import { freeName } from "../../src/core/freeName.ts";
import type { Parts } from "./schemas.ts";
import type { Json } from "./types.ts";
import { mapSchema } from "./walk.ts";

const prefix = "#/components/schemas/";
const local = "#/$defs/";

/** Names that the schema declares itself: an identifier in `title`. */
const titleOf = ({ title }: Json): string[] =>
  typeof title === "string" && /^[A-Z]\w*$/.test(title) ? [title] : [];

const isNamed = (schema: Json): boolean =>
  ["properties", "allOf", "anyOf", "oneOf"].some(keyword => keyword in schema);

/** The schemas of a document by name, each said once. */
export class Components {
  readonly schemas: Record<string, Json>;

  constructor(schemas: Record<string, Json>) {
    this.schemas = schemas;
  }

  /** Whether the name is free for this schema, or has it already. */
  private fits(name: string, schema: Json): boolean {
    return !Object.hasOwn(this.schemas, name) || isDeepStrictEqual(this.schemas[name], schema);
  }

  /** The parts under names that are free for all of them; the schema with references to these. */
  private place({ schema, defs }: Parts): Json {
    const relinked = (part: Json, ending: string): Json =>
      mapSchema(part, node =>
        typeof node.$ref === "string" && node.$ref.startsWith(local)
          ? { ...node, $ref: `${prefix}${node.$ref.slice(local.length)}${ending}` }
          : node,
      ) as Json;
    const linked = (ending: string): [name: string, part: Json][] =>
      [...defs].map(([name, part]) => [`${name}${ending}`, relinked(part, ending)]);
    // They refer to each other: one ending has to do for all.
    const ending = freeName("", each => linked(each).every(([name, part]) => this.fits(name, part)));
    Object.assign(this.schemas, Object.fromEntries(linked(ending)));
    return relinked(schema, ending);
  }

  /**
   * Puts a schema among the components when it is an object's, under the first of the names that is free or has the very
   * same schema.
   *
   * @param parts the schema, and those that it refers to
   * @param names in the order of preference
   * @returns a reference, or the schema itself where it is that of a plain value
   */
  add(parts: Parts, names: readonly string[]): Json {
    const placed = this.place(parts);
    if (!isNamed(placed)) return placed;
    const titles = titleOf(placed);
    const { title, ...untitled } = placed;
    const schema = titles.length > 0 ? untitled : placed;
    const wanted = [...titles, ...names];
    const fits = (each: string): boolean => this.fits(each, schema);
    const name = wanted.find(fits) ?? freeName(wanted.at(-1) ?? "Schema", fits);
    if (!Object.hasOwn(this.schemas, name)) this.schemas[name] = schema;
    return { $ref: `${prefix}${name}` };
  }
}
