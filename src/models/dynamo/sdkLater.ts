/**
 * Loads the SDK's commands, for who has a client of the SDK: nobody else needs it, installed or in a bundle. Where `tsverless
 * build` sees who that is, it puts the commands themselves in the place of this module, or nothing.
 */
export function loadCommands(): Promise<typeof import("./sdkCommands.ts")> {
  return import("./sdkCommands.ts");
}
