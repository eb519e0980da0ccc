import { UserError } from "./command.ts";

/**
 * Makes sure that a name means one handler. An `api` does so itself; handlers by route key may have names that differ in
 * punctuation alone.
 *
 * @throws UserError naming two routes of one name
 */
export function uniqueNames(routes: readonly { key: string; path: string; name: string }[]): void {
  const known = new Map<string, { key: string; path: string }>();
  for (const route of routes) {
    const other = known.get(route.name);
    if (other !== undefined && other.path !== route.path) {
      throw new UserError(`"${other.key}" and "${route.key}" have the same name, ${route.name}`);
    }
    known.set(route.name, route);
  }
}
