/** SQLite keeps these in memory; file systems that are mounted into a function stand below `/mnt`. */
const isElsewhere = /^(?:$|:memory:|file::memory:|\/mnt\/)/;

/**
 * What the user should know of the SQLite files of an API.
 *
 * @param files as `sqlite` was given them
 * @returns a line for each that Lambda can't keep
 * @example
 * sqliteNotes(["./.data/shop.sqlite", ":memory:"]); // one line, of the first
 */
export function sqliteNotes(files: readonly string[]): string[] {
  return files
    .filter(path => !isElsewhere.test(path))
    .map(
      path =>
        `Lambda can't keep the SQLite file ${path}: a function may write to /tmp alone, which ends with its instance. Use a database outside of it: PostgreSQL, MySQL or DynamoDB.`,
    );
}
