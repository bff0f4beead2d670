import { describe, expect, it } from 'vitest';
import { labelSet } from '../labels.ts';
import { Move, recoverySteps } from '../migration.ts';
import { ZoneDisk } from '../zone-disk.ts';
import { type Zone, ZONES } from '../zones.ts';

const NAME = 'accounts.db';

function diskWith(zone: Zone): ZoneDisk {
  const disk = new ZoneDisk();
  disk.create({ name: NAME, bytes: 4096, labels: labelSet(['TR', 'TA']), zone, isEncrypted: false, content: 'asset', isMutableSystemFile: false }, 'good');
  return disk;
}

/** Whole copies of the content, wherever they are. */
const wholeCopies = (disk: ZoneDisk): Zone[] => ZONES.filter((zone) => disk.copy(NAME, zone)?.isComplete === true && disk.copy(NAME, zone)?.digest === 'good');
const copies = (disk: ZoneDisk): Zone[] => ZONES.filter((zone) => disk.copy(NAME, zone) !== undefined);

/** The counting copy is there and whole: must hold at every instant. */
function expectAuthority(disk: ZoneDisk, what: string): void {
  expect(wholeCopies(disk), what).toContain(disk.file(NAME).zone);
}

/** Recovers after a crash, itself cut short by crashes after `cuts[0]`, `cuts[1]` ... steps, then in peace. */
function recover(disk: ZoneDisk, cuts: readonly number[]): void {
  for (const cut of [...cuts, Infinity]) {
    for (const intent of disk.intents()) {
      let taken = 0;
      for (const step of recoverySteps(disk, intent)) {
        if (taken++ >= cut) break;
        step();
        expectAuthority(disk, `recovery step ${taken}`);
      }
    }
  }
}

describe('migration', () => {
  /** Digests that the device writes, one an attempt: sound; bad once; bad always. */
  const DEVICES: readonly (readonly string[])[] = [['good', 'good'], ['bad', 'good'], ['bad', 'bad']];

  it('leaves exactly one copy after a crash at any step, with crashes in the recovery too', () => {
    let crashes = 0;
    for (const device of DEVICES) {
      for (let crashAfter = 0; crashAfter <= 12; crashAfter++) {
        for (const cuts of [[], [0], [1], [2], [0, 1], [1, 0], [1, 1]]) {
          const disk = diskWith(1);
          const move = new Move(disk, { file: NAME, from: 1, to: 3, digest: 'good' });
          let attempt = 0;
          let before: string = move.next;
          for (let taken = 0; taken < crashAfter && move.next !== 'done'; taken++) {
            before = move.next;
            move.step(before === 'end-copy' ? device[attempt++] : undefined);
            expectAuthority(disk, before);
          }
          recover(disk, cuts);
          crashes += 1;
          const what = `device ${device.join()}, crash after step ${crashAfter} (${before}), recovery cut ${cuts.join()}`;
          expect(copies(disk), what).toEqual([disk.file(NAME).zone]);
          expect(wholeCopies(disk), what).toEqual([disk.file(NAME).zone]);
          expect(disk.intents(), what).toEqual([]);
        }
      }
    }
    expect(crashes).toBe(3 * 13 * 7);
  });

  it('moves when nothing fails, tries a bad copy once more, and gives up after the second', () => {
    for (const [device, zone, failed] of [[['good'], 3, false], [['bad', 'good'], 3, false], [['bad', 'bad'], 1, true]] as const) {
      const disk = diskWith(1);
      const move = new Move(disk, { file: NAME, from: 1, to: 3, digest: 'good' });
      let attempt = 0;
      while (move.next !== 'done') move.step(move.next === 'end-copy' ? device[attempt++] : undefined);
      expect([disk.file(NAME).zone, move.failed, copies(disk)]).toEqual([zone, failed, [zone]]);
    }
  });

  it('the move is decided by the switch: before it recovery goes back, after it forward', () => {
    for (let crashAfter = 0; crashAfter <= 7; crashAfter++) {
      const disk = diskWith(2);
      const move = new Move(disk, { file: NAME, from: 2, to: 3, digest: 'good' });
      const taken: string[] = [];
      while (taken.length < crashAfter && move.next !== 'done') {
        taken.push(move.next);
        move.step();
      }
      recover(disk, []);
      expect(disk.file(NAME).zone, taken.join()).toBe(taken.includes('switch') ? 3 : 2);
    }
  });
});
