/** Facts that the bundler writes in: which sources these are. Unbundled (in tests) there are none to tell. */
declare const LEDGERLAB_MODEL_DIGEST: string | undefined;
declare const LEDGERLAB_VERSION: string | undefined;

/** SHA-256 over the sources under sim/ and scenarios/ without tests and benchmarks. */
export const MODEL_DIGEST: string = typeof LEDGERLAB_MODEL_DIGEST === 'string' ? LEDGERLAB_MODEL_DIGEST : 'unbundled';
export const VERSION: string = typeof LEDGERLAB_VERSION === 'string' ? LEDGERLAB_VERSION : '0.0.0';
