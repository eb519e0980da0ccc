type Digit = "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9";

/** A letter is what has a capital form; digits count too. */
type IsWord<C extends string> = C extends Digit ? true : Lowercase<C> extends Uppercase<C> ? false : true;

/** Text as one word: `forgot-password` is `forgotPassword`. What is not a letter or digit begins the next part. */
export type Camel<
  Text extends string,
  Out extends string = "",
  Next extends boolean = false,
> = Text extends `${infer First}${infer Rest}`
  ? IsWord<First> extends true
    ? Camel<Rest, `${Out}${Next extends true ? Uppercase<First> : First}`>
    : Camel<Rest, Out, Out extends "" ? false : true>
  : Out;

/** The name of a single route: `postLogin` for `POST /login`, `getFilesPath` for `GET /files/{path+}`. */
export type RouteName<Key extends string> = Key extends `${infer Method} ${infer Path}`
  ? Camel<`${Lowercase<Method>} ${Path}`>
  : Camel<Key>;

const isWord = (char: string): boolean => char.toLowerCase() !== char.toUpperCase() || /^\d$/.test(char);

/** {@link Camel} at run time. */
export function camel(text: string): string {
  let out = "";
  let next = false;
  for (const char of text) {
    if (!isWord(char)) next = out !== "";
    else {
      out += next ? char.toUpperCase() : char;
      next = false;
    }
  }
  return out;
}

/** {@link RouteName} at run time. */
export function routeName(key: string): string {
  const space = key.indexOf(" ");
  return space < 0 ? camel(key) : camel(key.slice(0, space).toLowerCase() + key.slice(space));
}
