/** `eval msha256`: digests of the modified SHA-256 with 80 rounds. */
import { z } from 'zod';
import { msha256 } from '../../sim/ledger/msha256.ts';
import { ConfigError } from '../testbed/config-error.ts';
import { defineEval } from './model.ts';

const input = z.strictObject({
  messagesHex: z.array(z.string()).meta({ title: 'Messages, two hex digits a byte; "" is the empty message', unit: '' }),
});

function bytesOf(text: string, index: number): Uint8Array {
  const shown = text.length > 80 ? `${text.slice(0, 80)}...` : text;
  const problem = (message: string): never => {
    throw new ConfigError([{ path: `messagesHex[${index}]`, message }]);
  };
  if (!/^[0-9a-fA-F]*$/.test(text)) problem(`"${shown}" holds something else than hex digits 0-9, a-f`);
  if (text.length % 2 !== 0) problem(`"${shown}" has ${text.length} hex digits; an even number is required, two a byte`);
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

export default defineEval({
  id: 'msha256',
  title: 'Modified SHA-256, 80 rounds',
  description:
    'Digests of the profile msha256-80/k-cuberoot: for reproducing the paper, not for security. '
    + 'The added round constants are our reproducible choice, not the published ones; sim/ledger/README.md lists all ambiguities.',
  input,
  example: { messagesHex: ['', '616263'] },
  evaluate: ({ messagesHex }) => ({
    digests: messagesHex.map((text, index) => [...msha256(bytesOf(text, index))].map((byte) => byte.toString(16).padStart(2, '0')).join('')),
  }),
});
