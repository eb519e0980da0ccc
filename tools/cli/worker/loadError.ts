import { UserError } from "../shell/command.ts";
import type { LambdaError } from "./messages.ts";

/** An entry that can't be loaded: it threw, or has nothing to run. */
export class LoadError extends UserError {
  override readonly name: string = "LoadError";
}

/**
 * Says why an entry can't be loaded, for whoever wrote it.
 *
 * @param entry its path, as the user knows it
 * @param error what happened, with the lines of the user's own code
 */
export function loadError(entry: string, { errorType, errorMessage, trace }: LambdaError): LoadError {
  // "… imported from /app/node_modules/.tsverless/1-1.mjs" names what the user has never seen.
  const message = errorMessage.replace(/ imported from \S*[\\/]\.tsverless[\\/]\S+/, "; is it installed?");
  if (trace.length === 0) return new LoadError(`${entry} can't be used: ${message}`);
  const places = trace.filter(line => /^\s+at /.test(line));
  return new LoadError([`${entry} failed to load: ${errorType}: ${message}`, ...places].join("\n"));
}
