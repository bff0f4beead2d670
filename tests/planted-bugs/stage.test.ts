/** Each planted bug of the stage is caught by a check that names it; the sound stage passes all. */
import { describe, expect, it } from 'vitest';
import { loadMutant } from './load-mutant.ts';
import { STAGE_BUGS } from './stage.ts';
import * as sound from './stage-entry.ts';

type StageModules = typeof sound;

/** Names of the checks that fail. */
function failing(modules: StageModules): string[] {
  const { stageProtocol, rowsOfText, rowToText, recordRun, StageSession, stageOptionsFrom, stageScriptFrom, StageDesk } = modules;
  const pbft = stageProtocol('pbft');
  const options = stageOptionsFrom({ requests: 6 });
  const rows = (text: string) => stageScriptFrom(rowsOfText(text), options);
  const record = (text: string) => recordRun(pbft, options, rows(text), 400).record;
  const session = (text: string) => new StageSession(pbft, options, rows(text), 400);
  const plain = record('');
  const checks: Readonly<Record<string, () => boolean>> = {
    drop: () => record('1:drop:2').messages[1]!.fate === 'dropped',
    fork: () => session('10:drop:15').fork(0, 5, []).script.length === 0,
    forget: () => {
      const run = session('60:crash:3;60:restart:3:lost').at(0, 60);
      return run.model.log(run.nodes[3]!.player.state).length === 0;
    },
    'down is silent': () => !record('5:crash:1').events.some(({ kind, node, event }) => kind === 'timer' && node === 1 && event > 5),
    heal: () => record('0:partition:3;40:heal').messages.every(({ fate, sentEvent }) => fate !== 'cut off' || sentEvent <= 40),
    order: () => session('30:heal;3:partition:3').at(0, 10).applied.map(rowToText).join() === '3:partition:3',
    end: () => {
      const broken = session('0:lie:0:two-stories;0:lie:1:two-stories');
      return broken.at(0, 300).fingerprint() === broken.branches[0]!.fingerprint;
    },
    place: () => {
      const crash = session('7:crash:1');
      const stepped = crash.at(0, 7);
      stepped.advance(20);
      return stepped.fingerprint() === crash.at(0, 20).fingerprint();
    },
    // R1 falls silent; what the client sends to R0 takes as long as before.
    links: () => {
      const ways = ({ messages }: typeof plain): number[] => messages.filter(({ from, to }) => from === 4 && to === 0).map(({ sentNs, dueNs }) => dueNs - sentNs).slice(0, 3);
      return ways(record('2:crash:1')).join() === ways(plain).join();
    },
    back: () => {
      const there = session('');
      const desk = new StageDesk(there, there.branches[0]!, 50);
      desk.seek(20);
      return desk.run.events === 20 && desk.run.fingerprint() === there.at(0, 20).fingerprint();
    },
    delay: () => record('1:delay:2:1000000').messages[1]!.endNs === plain.messages[1]!.endNs + 1_000_000,
    // A protocol with a memory that outlives its runs.
    again: () => {
      let made = 0;
      try {
        void new StageSession({ ...pbft, make: (given) => pbft.make({ ...given, requests: ++made }) }, options);
        return false;
      } catch (error) {
        return /made again/.test(String(error));
      }
    },
  };
  return Object.entries(checks).filter(([, check]) => {
    try {
      return !check();
    } catch {
      return true;
    }
  }).map(([name]) => name);
}

describe('the sound stage', () => {
  it('passes every check', () => {
    expect(failing(sound)).toEqual([]);
  });
});

const CAUGHT_BY: Readonly<Record<string, string>> = {
  'S1-dropped-arrives': 'drop', 'S2-fork-knows-the-future': 'fork', 'S3-memory-kept': 'forget', 'S4-dead-timers': 'down is silent', 'S5-no-healing': 'heal', 'S6-rows-as-written': 'order', 'S7-unchecked-end': 'end',
  'S8-acts-when-seen': 'place', 'S9-one-link-for-all': 'links', 'S10-forwards-only': 'back', 'S11-held-from-now': 'delay', 'S12-unrepeatable': 'again',
};

describe('planted bugs of the stage', () => {
  it.each(STAGE_BUGS)('$id is caught', async (bug) => {
    const mutant = await loadMutant<StageModules>(bug, 'tests/planted-bugs/stage-entry.ts');
    expect(failing(mutant), bug.what).toContain(CAUGHT_BY[bug.id]);
  });
});
