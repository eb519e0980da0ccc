/** Every way in which AWS invokes a function over HTTP. `http-v1` is an HTTP API with payload format 1.0. */
export type GatewaySource =
  | "rest"
  | "http"
  | "http-v1"
  | "url"
  | "alb"
  | "alb-multi"
  | "lattice-v1"
  | "lattice-v2";

/** All of them. */
export const gatewaySources: readonly GatewaySource[] = [
  "rest",
  "http",
  "http-v1",
  "url",
  "alb",
  "alb-multi",
  "lattice-v1",
  "lattice-v2",
];

/** Whether a source is an HTTP API, whatever its payload format. */
export const isHttpApi = (source: GatewaySource): boolean => source === "http" || source === "http-v1";

/** Whether a source has stages, routes and authorizers of all kinds. */
export const isGateway = (source: GatewaySource): boolean => source === "rest" || isHttpApi(source);
