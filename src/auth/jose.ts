/**
 * All of jose that verifies tokens. It is loaded with `import()` at the first token, so that a function whose gateway
 * says who calls, or which asks nobody, never evaluates it; a bundle that is split keeps it in a chunk of its own.
 */
export { createLocalJWKSet } from "jose/jwks/local";
export { createRemoteJWKSet } from "jose/jwks/remote";
export { compactVerify } from "jose/jws/compact/verify";
