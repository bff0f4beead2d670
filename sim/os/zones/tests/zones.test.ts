import { describe, expect, it } from 'vitest';
import { DENIED_CAPABILITIES, ruleContract, ruleTransaction } from '../ledger-rules.ts';
import { isRegulated, judgeLabels, labelSet, namesOf } from '../labels.ts';
import { placeFile, type PlacedFile } from '../placement.ts';
import { type Modification, rightsMatrix, ruleModification, SILENT, type Zone, ZONES } from '../zones.ts';

const NOTHING = { isAppend: false, isTFile: false, hasKey: false, isAbnormal: false, isMutableSystemFile: false };
const ask = (program: Zone, data: Zone, more: Partial<Modification> = {}) => ruleModification(rightsMatrix(), { program, data, ...NOTHING, ...more }).verdict;

describe('modification rights', () => {
  it('are those of the table, the stated cells whatever the silent ones say', () => {
    for (const silent of [SILENT, { '1-1': 'no', '1-2': 'no', '2-1': 'no', '2-2': 'no', '3-4': 'yes', '4-1': 'no', '4-2': 'no' } as const]) {
      const rights = rightsMatrix(silent);
      expect([rights[0]![2], rights[0]![3], rights[1]![2], rights[1]![3]]).toEqual(['no', 'no', 'no', 'no']);
      expect([rights[2]![0], rights[2]![1], rights[2]![2]]).toEqual(['yes', 'yes', 'append']);
      expect([rights[3]![2], rights[3]![3]]).toEqual(['abnormal', 'part']);
    }
  });

  it('ordinary programs never modify the regulatory zone or the kernel, whatever they hold', () => {
    for (const program of [1, 2] as const) for (const data of [3, 4] as const) expect(ask(program, data, { isAppend: true, hasKey: true, isAbnormal: true, isMutableSystemFile: true })).toBe('refuse');
    expect([ask(1, 1), ask(1, 2), ask(1, 2, { hasKey: true }), ask(2, 1), ask(2, 2)]).toEqual(['allow', 'refuse', 'allow', 'allow', 'allow']);
  });

  it('the regulatory zone is appended to, by its own programs only', () => {
    expect([ask(3, 3), ask(3, 3, { isAppend: true }), ask(3, 3, { isAppend: true, isTFile: true }), ask(3, 1), ask(3, 2), ask(3, 4)]).toEqual(['refuse', 'allow', 'allow', 'allow', 'allow', 'refuse']);
  });

  it('a kernel program that modifies a T file is stopped, in an abnormal situation too, appends too', () => {
    for (const data of ZONES) for (const isAbnormal of [false, true]) for (const isAppend of [false, true]) expect(ask(4, data, { isTFile: true, isAbnormal, isAppend, isMutableSystemFile: true })).toBe('stop');
    expect([ask(4, 3), ask(4, 3, { isAbnormal: true }), ask(4, 4), ask(4, 4, { isMutableSystemFile: true })]).toEqual(['refuse', 'allow', 'refuse', 'allow']);
  });
});

describe('placement', () => {
  const every = (): PlacedFile[] =>
    Array.from({ length: 64 }, (_, labels) => ZONES.flatMap((zone) => [false, true].flatMap((isEncrypted) => (['asset', 'code', 'open'] as const).map((content) => ({ labels, zone, isEncrypted, content }))))).flat();

  it('ends with regulated data in zone 3, marked, and nothing else there, for every file there can be', () => {
    for (const file of every()) {
      const placed = placeFile(file);
      if (judgeLabels(file.labels).verdict === 'invalid') {
        expect(placed).toMatchObject({ action: 'refuse', code: 'BAD_LABEL', to: file.zone, labels: file.labels });
        continue;
      }
      const isRegulatedContent = file.content !== 'open' || isRegulated(file.labels);
      expect(placed.to === 3).toBe(isRegulatedContent);
      expect(isRegulated(placed.labels)).toBe(isRegulatedContent);
      expect(judgeLabels(placed.labels).verdict).not.toBe('invalid');
      expect(placed.action).toBe(placed.to === file.zone ? 'leave' : 'migrate');
      expect(placed.code).toBe(placed.to === file.zone ? 'none' : placed.to === 3 ? 'MIGRATE_IN' : 'MIGRATE_OUT');
      // Once placed, a file stays.
      expect(placeFile({ ...file, zone: placed.to, labels: placed.labels }).action).toBe('leave');
    }
  });

  it('labels regulated content before it moves, and sends the rest where its encryption says', () => {
    const labels = labelSet(['R', 'W']);
    expect(namesOf(placeFile({ labels, zone: 1, isEncrypted: false, content: 'asset' }).labels)).toEqual(['TR', 'TA']);
    expect(namesOf(placeFile({ labels, zone: 1, isEncrypted: false, content: 'code' }).labels)).toEqual(['TX']);
    expect(placeFile({ labels, zone: 3, isEncrypted: true, content: 'open' }).to).toBe(2);
    expect(placeFile({ labels, zone: 3, isEncrypted: false, content: 'open' }).to).toBe(1);
    expect(placeFile({ labels, zone: 4, isEncrypted: false, content: 'open' }).action).toBe('leave');
  });
});

describe('contracts and ledgers', () => {
  it('refuses token code by every capability on the list, and names it', () => {
    for (const capability of DENIED_CAPABILITIES) expect(ruleContract(['transfer', capability])).toEqual({ allowed: false, reason: `token code: declares ${capability}` });
    expect(ruleContract(['transfer', 'minting-fee']).allowed).toBe(true);
    expect(ruleContract([]).allowed).toBe(true);
  });

  it('refuses transactions on any other ledger', () => {
    expect(ruleTransaction('system', 'system').allowed).toBe(true);
    expect(ruleTransaction('side', 'system')).toMatchObject({ allowed: false, reason: expect.stringContaining('side') });
  });
});
