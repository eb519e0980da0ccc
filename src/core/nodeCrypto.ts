type NodeCrypto = typeof import("node:crypto");

let loaded: NodeCrypto | undefined;

/** Node's crypto module, loaded when it is first needed: a function that makes no id, no cursor and no entity tag never pays for it. */
export function nodeCrypto(): NodeCrypto {
  loaded ??= process.getBuiltinModule("node:crypto");
  return loaded;
}
