export { type ClientOptions, client } from "./client.ts";
export {
  type ApiError,
  ClientError,
  type ClientFieldError,
  type Failure,
  type Result,
  type Success,
  unwrap,
} from "./result.ts";
export type { CallOptions, Client } from "./types.ts";
