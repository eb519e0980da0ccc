import type { AuthFact } from "../facts.ts";
import type { Json, SecurityRequirement } from "./types.ts";

const bearer: Json = { type: "http", scheme: "bearer", bearerFormat: "JWT" };

/** The security schemes of a document, as they are used. */
export class Security {
  readonly schemes: Record<string, Json> = {};

  /** The scheme of a cookie; each cookie has one. */
  private cookie(name: string): string {
    for (let index = 1; ; index++) {
      const key = `cookieAuth${index === 1 ? "" : index}`;
      this.schemes[key] ??= { type: "apiKey", in: "cookie", name };
      if (this.schemes[key].name === name) return key;
    }
  }

  /** What a request needs, in alternatives; none for what anybody may call. */
  of(auth: AuthFact | undefined): SecurityRequirement[] {
    if (auth === undefined) return [];
    this.schemes.bearerAuth ??= bearer;
    const cookies = auth.cookie === undefined ? [] : [{ [this.cookie(auth.cookie)]: [] }];
    return [{ bearerAuth: [] }, ...cookies, ...(auth.optional ? [{}] : [])];
  }
}
