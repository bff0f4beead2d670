/** `eval trie-shape`: shape of the radix trie over n hashed keys. */
import { z } from 'zod';
import { TRIE_KEYS_MAX, trieShape } from '../../sim/storage-lsm/state/trie-shape.ts';
import { defineEval } from './model.ts';

export default defineEval({
  id: 'trie-shape',
  title: 'Shape of a radix trie over hashed keys',
  description:
    'Leaf depths and node counts of a trie of 64 levels with 16 children over SHA-256 of the 8-byte big-endian indices 0..n-1; '
    + 'a leaf sits at the shallowest depth at which its prefix is unique, depth counts edges.',
  input: z.strictObject({
    n: z.int().min(1).max(TRIE_KEYS_MAX).meta({ title: 'Keys', unit: 'keys' }),
  }),
  example: { n: 1000 },
  evaluate: ({ n }) => trieShape(n),
});
