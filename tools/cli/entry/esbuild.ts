import type * as Esbuild from "esbuild";
import { UserError } from "../shell/command.ts";

/**
 * Loads esbuild, which users install when they want the command line.
 *
 * @throws UserError saying how to install it
 */
export async function loadEsbuild(): Promise<typeof Esbuild> {
  try {
    return await import("esbuild");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new UserError("esbuild is not installed. Run: npm install --save-dev esbuild");
  }
}
