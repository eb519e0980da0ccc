/** Is told of each part that was left out of a bundle, and is asked for. */
export type PartListener = (part: string) => void;

/** `Symbol.for` of it is where a build listens. */
export const partListenerName = "tsverless.missedPart";

/**
 * Says that a part was left out of a bundle by mistake.
 *
 * @param part its name
 * @param what how the user asked for it, for the message
 * @returns what to throw
 */
export function missedPart(part: string, what: string): TypeError {
  (globalThis as { [key: symbol]: PartListener | undefined })[Symbol.for(partListenerName)]?.(part);
  return new TypeError(
    `${what} was not asked for when this bundle was made, and is not in it: say it in the code of the function, not in a package of its own`,
  );
}
