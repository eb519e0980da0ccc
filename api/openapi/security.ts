import { freeName } from "../../src/core/freeName.ts";
import type { AuthMetadata } from "../../src/core/operationMetadata.ts";
import type { Json, SecurityRequirement } from "./types.ts";

const bearer: Json = { type: "http", scheme: "bearer", bearerFormat: "JWT" };

/** The security schemes of a document, as they are used. */
export class Security {
  readonly schemes: Record<string, Json> = {};

  /** The scheme of a cookie; each cookie has one. */
  private cookie(name: string): string {
    const key = freeName("cookieAuth", wanted => (this.schemes[wanted]?.name ?? name) === name);
    this.schemes[key] ??= { type: "apiKey", in: "cookie", name };
    return key;
  }

  /** What a request needs, in alternatives; none for what anybody may call. */
  of(auth: AuthMetadata | undefined): SecurityRequirement[] {
    if (auth === undefined) return [];
    this.schemes.bearerAuth ??= bearer;
    const cookies = auth.cookie === undefined ? [] : [{ [this.cookie(auth.cookie)]: [] }];
    return [{ bearerAuth: [] }, ...cookies, ...(auth.optional ? [{}] : [])];
  }
}

const isBearer = ({ type, scheme }: Readonly<Json>): boolean =>
  type === "http" && String(scheme).toLowerCase() === "bearer";

/**
 * Names the operation that gives tokens, where there is no doubt what they are for: at the one bearer scheme of a document.
 *
 * @param schemes those of the document
 * @param login `POST /login`, as the document has it; `undefined` names none
 */
export function withLogin(schemes: Record<string, Json>, login: string | undefined): Record<string, Json> {
  const [found, another] = Object.entries(schemes).filter(([, scheme]) => isBearer(scheme));
  if (login === undefined || found === undefined || another !== undefined) return schemes;
  const [name, scheme] = found;
  return { ...schemes, [name]: { "x-login": login, ...scheme } };
}
