/**
 * The first of `name`, `name2`, `name3` and so on that is free.
 *
 * @param isFree whether a name may be taken
 * @param between what stands before the number
 */
export function freeName(name: string, isFree: (name: string) => boolean, between = ""): string {
  let free = name;
  for (let count = 2; !isFree(free); count++) free = `${name}${between}${count}`;
  return free;
}
