import { fields, pick, resource } from "tsverless";
import { transaction } from "tsverless/models/sql";
import { auth, inOrg, isOwner } from "./access.ts";
import { db, Members, Orgs } from "./models.ts";

/** Whoever makes an organisation is its first owner. */
export const orgs = resource(Orgs, {
  auth,
  serializer: pick("id", "name", "createdAt"),
  required: ["name"],
  ordering: ["name", "createdAt"],
  queryset: (_event, { user }) => Orgs.objects.filter({ "members.userId": user.id }),
  create: {
    queryset: undefined,
    create: (data, { context: { user } }) =>
      transaction(db, async bind => {
        const org = await bind(Orgs).create(data);
        await bind(Members).create({ orgId: org.id, userId: user.id, role: "owner" });
        return org;
      }),
  },
  update: {
    permit: (_event, { user, object }) =>
      Members.objects.filter({ orgId: object.id, userId: user.id, role: "owner" }).exists(),
  },
  delete: false,
});

/** Owners say who belongs to an organisation, but not of themselves: so it always has one. Others may leave it. */
export const members = resource(Members, {
  auth,
  parent: inOrg,
  serializer: fields({ id: true, userId: true, role: true, user: pick("name", "email") }),
  required: ["userId", "role"],
  filters: ["role", "userId"],
  create: { permit: isOwner },
  update: {
    required: ["role"],
    permit: (_event, { parent, object }) => parent.role === "owner" && object.userId !== parent.userId,
  },
  delete: {
    permit: (_event, { parent, object }) => (parent.role === "owner") !== (object.userId === parent.userId),
  },
});
