import { type DeployRoute, deployPlan, type Plan } from "../../tools/deploy/plan.ts";

/** Routes of every form that there is. */
const keys: [key: string, name: string][] = [
  ["POST /items", "itemsCreate"],
  ["GET /items", "itemsList"],
  ["PUT /items/{item.id}", "itemsUpdate"],
  ["PATCH /items/{item.id}", "itemsUpdate"],
  ["GET /files/{path+}", "getFilesPath"],
  ["GET /a-b", "getAB"],
  ["ANY /größe", "anyGröße"],
  ["GET /", "get"],
  ["$default", "default"],
];

export const shopRoutes: readonly DeployRoute[] = keys.map(([key, name]) => {
  const [method = "", path = ""] = key === "$default" ? [] : key.split(" ");
  return { key, method, path, name, preflights: true };
});

/** The plan of a shop, with one function or one each. */
export const shopPlan = (each: boolean): Plan =>
  deployPlan(shopRoutes, {
    name: "shop",
    each,
    code: "dist",
    runtime: "nodejs24.x",
    memory: 512,
    timeout: 15,
    retention: 30,
  });

/** All route keys of a plan, sorted. */
export const keysOf = ({ functions }: Plan): string[] => functions.flatMap(({ routes }) => routes).sort();
