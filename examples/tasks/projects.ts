import { pick, resource } from "tsverless";
import { auth, inOrg, isMaker, isMember } from "./access.ts";
import { Projects } from "./models.ts";

/** With a project its tasks go out of sight, and come back. */
export const projects = resource(Projects, {
  auth,
  parent: inOrg,
  serializer: pick("id", "name", "createdAt", "createdBy", "deletedAt"),
  required: ["name"],
  ordering: ["name", "createdAt"],
  search: ["name"],
  create: { permit: isMember },
  update: { permit: isMember },
  delete: { permit: isMaker },
  restore: { permit: isMaker },
  list: { deleted: true },
});
