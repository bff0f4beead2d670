import { describe, expect, it } from 'vitest';
import { judgeLabels, type Label, LABELS, labelSet, namesOf, type Verdict } from '../labels.ts';
import { OPERATIONS, ROLES, ruleOperation } from '../operations.ts';
import { LABEL_TABLE } from './label-table.ts';

function orders(labels: readonly Label[]): Label[][] {
  return labels.length < 2 ? [[...labels]] : labels.flatMap((first) => orders(labels.filter((label) => label !== first)).map((rest) => [first, ...rest]));
}

describe('label sets', () => {
  it('judges all 64 as the table by hand does: 12 valid, 3 special, 49 invalid', () => {
    expect(new Set(LABEL_TABLE.map(([labels]) => labelSet(labels))).size).toBe(64);
    const counts: Record<Verdict, number> = { valid: 0, special: 0, invalid: 0 };
    for (const [labels, verdict] of LABEL_TABLE) {
      expect(judgeLabels(labelSet(labels)).verdict, labels.join()).toBe(verdict);
      counts[verdict] += 1;
    }
    expect(counts).toEqual({ valid: 12, special: 3, invalid: 49 });
  });

  it('says every pair that excludes each other, and no other pair', () => {
    for (const [labels, verdict] of LABEL_TABLE) {
      const { reason } = judgeLabels(labelSet(labels));
      for (const ordinary of ['R', 'W', 'X'] as const) {
        for (const regulated of ['TR', 'TA', 'TX'] as const) {
          const isPresent = labels.includes(ordinary) && labels.includes(regulated);
          expect(new RegExp(`\\b${ordinary} with ${regulated}\\b`).test(reason), `${labels.join()}: ${reason}`).toBe(verdict === 'invalid' && isPresent);
        }
      }
      if (verdict === 'invalid') expect(/TX excludes R, W and X/.test(reason)).toBe(labels.includes('TX'));
    }
  });

  it('does not depend on the order of the labels', () => {
    for (const [labels] of LABEL_TABLE) for (const order of orders(labels)) expect(judgeLabels(labelSet(order))).toEqual(judgeLabels(labelSet(labels)));
    for (let set = 0; set < 64; set++) expect(labelSet(namesOf(set))).toBe(set);
  });
});

describe('operations by labels', () => {
  it('on a T file nothing but read, append and execute is ever allowed, and everything is logged', () => {
    for (let set = 0; set < 64; set++) {
      const isT = namesOf(set).some((label) => label.startsWith('T'));
      for (const operation of OPERATIONS) {
        for (const role of ROLES) {
          const ruling = ruleOperation(set, operation, role);
          expect(ruling.logged).toBe(isT);
          if (isT && !['read', 'append', 'execute'].includes(operation)) expect(ruling.allowed, `${namesOf(set).join()} ${operation}`).toBe(false);
          if (judgeLabels(set).verdict === 'invalid') expect(ruling.allowed).toBe(false);
          if (!ruling.allowed) expect(ruling.labelsAfter).toBe(set);
        }
      }
    }
  });

  it('asks each operation for its label', () => {
    const allowed = (labels: readonly Label[]): string => OPERATIONS.filter((operation) => ruleOperation(labelSet(labels), operation, 'user').allowed).join(' ');
    expect(allowed([])).toBe('');
    expect(allowed(['R'])).toBe('read');
    expect(allowed(['W'])).toBe('append overwrite truncate delete rename-over');
    expect(allowed(['X'])).toBe('execute');
    expect(allowed(['TR'])).toBe('read');
    expect(allowed(['TA'])).toBe('append');
    expect(allowed(['TX'])).toBe('execute');
    expect(allowed(['TR', 'TA'])).toBe('read append');
    expect(LABELS.length).toBe(6);
  });

  it('a deploy permit is good for one upload, and code is read by the regulator only', () => {
    for (const [permit, after] of [[['TX', 'TA'], ['TX']], [['TX', 'TR', 'TA'], ['TX', 'TR']]] as const) {
      const first = ruleOperation(labelSet(permit), 'append', 'user');
      expect(first.allowed).toBe(true);
      expect(namesOf(first.labelsAfter)).toEqual(namesOf(labelSet(after)));
      const second = ruleOperation(first.labelsAfter, 'append', 'user');
      expect(second).toMatchObject({ allowed: false, logged: true });
      expect(ruleOperation(labelSet(permit), 'execute', 'user').allowed, 'no code yet').toBe(false);
      expect(ruleOperation(first.labelsAfter, 'execute', 'user').allowed).toBe(true);
    }
    expect(ROLES.filter((role) => ruleOperation(labelSet(['TX', 'TR']), 'read', role).allowed)).toEqual(['regulator']);
  });
});
