import { type HttpEvent, pick } from "tsverless";
import { type Member, Members, Projects, Tasks, type User, Users } from "./models.ts";

export const auth = { model: Users };

/** What anybody in an organisation sees of its people. */
export const person = pick("id", "name");

/**
 * What is below an organisation is below the caller's membership in it, which has the role. Whoever has none finds nothing
 * there, not even that the organisation exists.
 */
export const inOrg = {
  model: Members,
  param: "orgId",
  key: "orgId",
  references: "orgId",
  queryset: (_event: HttpEvent, { user }: { user: User }) => Members.objects.filter({ userId: user.id }),
} as const;

export const inProject = { model: Projects, param: "projectId", key: "projectId", parent: inOrg } as const;
export const inTask = { model: Tasks, param: "taskId", key: "taskId", parent: inProject } as const;

/** What rules see below an organisation: the membership is the outermost of the parents. */
export interface Inside {
  parents: readonly [...unknown[], Member];
  user: User;
}

export const roleIn = ({ parents }: Inside): Member["role"] => (parents.at(-1) as Member).role;

/** Rules: owners alone; owners and members, but no guests; owners, and whoever made the object. */
export const isOwner = (_event: HttpEvent, context: Inside): boolean => roleIn(context) === "owner";
export const isMember = (_event: HttpEvent, context: Inside): boolean => roleIn(context) !== "guest";
export const isMaker = (
  event: HttpEvent,
  context: Inside & { object: { createdBy: string | null } },
): boolean => isOwner(event, context) || context.object.createdBy === context.user.id;
