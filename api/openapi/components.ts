import { isDeepStrictEqual } from "node:util";
import type { Parts } from "./schemas.ts";
import type { Json } from "./types.ts";
import { mapSchema } from "./walk.ts";

const prefix = "#/components/schemas/";

/** Names that are told by the schema itself: an identifier in `title`. */
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
    for (let index = 1; ; index++) {
      const nameOf = (reference: string): string =>
        `${reference.slice("#/$defs/".length)}${index === 1 ? "" : index}`;
      const relink = (node: Json): Json =>
        typeof node.$ref === "string" && node.$ref.startsWith("#/$defs/")
          ? { ...node, $ref: `${prefix}${nameOf(node.$ref)}` }
          : node;
      const linked = [...defs].map(
        ([name, part]) => [nameOf(`#/$defs/${name}`), mapSchema(part, relink) as Json] as const,
      );
      if (!linked.every(([name, part]) => this.fits(name, part))) continue;
      for (const [name, part] of linked) this.schemas[name] = part;
      return mapSchema(schema, relink) as Json;
    }
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
    const last = wanted.at(-1) ?? "Schema";
    const name =
      wanted.find(each => this.fits(each, schema)) ??
      Array.from({ length: Object.keys(this.schemas).length + 1 }, (_, index) => `${last}${index + 2}`).find(
        each => this.fits(each, schema),
      );
    if (!Object.hasOwn(this.schemas, name as string)) this.schemas[name as string] = schema;
    return { $ref: `${prefix}${name}` };
  }
}
