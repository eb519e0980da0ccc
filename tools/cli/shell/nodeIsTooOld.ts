/** The first that has `node:sqlite` without a flag; `process.getBuiltinModule` came with 22.3. */
const oldest: readonly [major: number, minor: number] = [22, 13];

/**
 * Checks whether a version of Node has what the command line uses. This file imports nothing, so that any Node can load it.
 *
 * @param version as `process.versions.node` has it: `"20.20.2"`
 * @returns what to say when it is too old, else `undefined`
 * @example
 * nodeIsTooOld("20.20.2"); // "needs Node 22.13 or newer; this is v20.20.2 …"
 */
export function nodeIsTooOld(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > oldest[0] || (major === oldest[0] && minor >= oldest[1])) return undefined;
  return `needs Node ${oldest.join(".")} or newer; this is v${version} (npm install --save-dev node brings one)`;
}
