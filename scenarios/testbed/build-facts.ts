/** Facts that the bundler writes in: which sources these are. Unbundled (in tests) there are none to tell. */
declare const __LEDGERLAB_MODEL_DIGEST__: string | undefined;
declare const __LEDGERLAB_VERSION__: string | undefined;

/** SHA-256 over the sources under sim/ and scenarios/ without tests and benchmarks. */
export const MODEL_DIGEST: string = typeof __LEDGERLAB_MODEL_DIGEST__ === 'string' ? __LEDGERLAB_MODEL_DIGEST__ : 'unbundled';
export const VERSION: string = typeof __LEDGERLAB_VERSION__ === 'string' ? __LEDGERLAB_VERSION__ : '0.0.0';
