/** Every way in which AWS invokes a function over HTTP. */
export type GatewaySource = "rest" | "http" | "url" | "alb" | "alb-multi" | "lattice-v1" | "lattice-v2";

/** All of them. */
export const gatewaySources: readonly GatewaySource[] = [
  "rest",
  "http",
  "url",
  "alb",
  "alb-multi",
  "lattice-v1",
  "lattice-v2",
];
