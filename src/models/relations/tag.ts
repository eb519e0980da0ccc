/**
 * Where a relation has what models and serializers need of it. They read it by its name, so that who has no relations bundles
 * nothing of them.
 */
export const relationTag: unique symbol = /* @__PURE__ */ Symbol.for("tsverless.relation");
