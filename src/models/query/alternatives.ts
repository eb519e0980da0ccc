import type { Condition } from "./condition.ts";
import { refuseParameter } from "./singleValue.ts";

/** How many alternatives a query may have: each is a condition of its own, which no index may serve. */
const mostAlternatives = 10;

const form = /^or\[(0|[1-9]\d?)\]\[([^[\]]*)\](\[[^[\]]*\])?$/;

/** What a query string asks one of: `or[0][status]=open&or[1][priority][gte]=3`. */
export interface Alternatives {
  /**
   * Reads one parameter.
   *
   * @param read the filter that stands in it, given its name without what is around it
   * @throws BadRequest naming the parameter, where it has another form or a number beyond the last that may be
   */
  add(name: string, read: (key: string) => Condition): void;
  /**
   * The condition that one of them holds; `undefined` where there are none.
   *
   * @throws BadRequest naming a parameter whose number is not the next one
   */
  condition(): Condition | undefined;
}

/** Whether a parameter is one of alternatives, or meant to be one. */
export const isAlternative = (name: string): boolean => name === "or" || name.startsWith("or[");

/** Collects the alternatives of one query string. */
export function alternatives(): Alternatives {
  const groups = new Map<number, { name: string; and: Condition[] }>();
  return {
    add(name, read) {
      const [, number, field, operator = ""] = form.exec(name) ?? [];
      if (number === undefined) throw refuseParameter("Alternatives have the form or[0][field]; not", name);
      const at = Number(number);
      if (at >= mostAlternatives)
        throw refuseParameter(`At most ${mostAlternatives} alternatives, from or[0]; not`, name);
      const where = read(`${field}${operator}`);
      const group = groups.get(at);
      if (group === undefined) groups.set(at, { name, and: [where] });
      else group.and.push(where);
    },
    condition() {
      for (const [at, { name }] of groups) {
        if (at >= groups.size)
          throw refuseParameter("Alternatives are numbered from 0 without gaps; not", name);
      }
      return groups.size === 0 ? undefined : { or: [...groups.values()].map(({ and }) => ({ and })) };
    },
  };
}
