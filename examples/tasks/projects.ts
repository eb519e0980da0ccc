import { pick, resource, restoreHandler } from "tsverless";
import { auth, inOrg, isMember, isOwner } from "./access.ts";
import { Projects } from "./models.ts";

const serializer = pick("id", "name", "createdAt", "createdBy", "deletedAt");

export const projects = resource(Projects, {
  auth,
  parent: inOrg,
  serializer,
  required: ["name"],
  ordering: ["name", "createdAt"],
  search: ["name"],
  create: { permit: isMember },
  update: { permit: isMember },
  delete: { permit: isOwner },
  list: { deleted: true },
});

/** POST /orgs/{orgId}/projects/{id}/restore, with its tasks as they were. */
export const restoreProject = restoreHandler(Projects, { auth, parent: inOrg, permit: isOwner, serializer });
