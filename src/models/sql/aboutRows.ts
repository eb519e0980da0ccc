const plain = (text: string): string => text.replaceAll(/[\s"`()[\]]/g, "").toLowerCase();

/**
 * Says which rows a unique index keeps apart: all, those that are not deleted, or some others.
 *
 * @param where the condition of an index of some rows, as the database writes it; nothing for an index of all
 * @param group the columns of the index: where one is null a row collides with none, so that leaving it out changes nothing
 * @param softDelete the column that is null in rows that are not deleted, as the database calls it, as all else
 * @example
 * aboutRows('("deletedAt" IS NULL)', ["title"], "deletedAt"); // "living"
 */
export function aboutRows(
  where: string,
  group: readonly string[],
  softDelete: string | undefined,
): "all" | "living" | "some" {
  const given = group.map(name => `${plain(name)}isnotnull`);
  const terms = where
    .split(/\band\b/i)
    .map(plain)
    .filter(term => term !== "" && !given.includes(term));
  if (terms.length === 0) return "all";
  return softDelete !== undefined && terms.join() === `${plain(softDelete)}isnull` ? "living" : "some";
}
