/** `eval label-set`: may a file of the regulated operating system carry these labels together, and why (not)? */
import { z } from 'zod';
import { judgeLabels, LABELS, labelSet } from '../../sim/os/zones/labels.ts';
import { ConfigError, type Problem } from '../testbed/config-error.ts';
import { defineEval } from './model.ts';

const input = z.strictObject({
  labels: z.array(z.enum(LABELS)).meta({ title: 'Labels of the file, in any order, each once', unit: '', description: 'R, W, X ordinary; TR, TA, TX regulated' }),
});

export default defineEval({
  id: 'label-set',
  title: 'Label set of a file',
  description: 'Whether the labels R, W, X, TR, TA, TX may stand together: valid, special or invalid, with the reason.',
  input,
  example: { labels: ['R', 'TA'] },
  evaluate: ({ labels }) => {
    const repeated = labels.flatMap((label, index): Problem[] => {
      const first = labels.indexOf(label);
      return first === index ? [] : [{ path: `labels[${index}]`, message: `'${label}' is given again (first at labels[${first}]); a set holds each label once, leave the second out` }];
    });
    if (repeated.length > 0) throw new ConfigError(repeated);
    const { verdict, reason } = judgeLabels(labelSet(labels));
    return { verdict, reason };
  },
});
