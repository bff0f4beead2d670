import { expect, it } from 'vitest';
import { loadMutant } from './load-mutant.ts';
import { WHOLE_NODE_BUGS } from './whole-nodes.ts';
import * as sound from './whole-nodes-entry.ts';

type Nodes = typeof sound;

/** A short loaded run under the checks that every run has; returns what they found. */
function finding({ PBFT_PROFILES, startPbftNodes, Simulation }: Nodes): string | undefined {
  const sim = new Simulation({ seed: 'planted' });
  const config = { ...PBFT_PROFILES['castro-liskov'], n: 4, requestTimeoutNs: 20e9, batchTimeoutNs: 1e6 };
  let blocks = 0;
  try {
    const finish = startPbftNodes(sim, {
      spec: { cpu: 'cfs', store: 'ssd', transport: 'message' }, links: { rateBps: 50e6, delayNs: 2e6, bufferBdp: 2 }, config, clients: 4, handleNs: 5000,
      client: { n: 4, requestBytes: 500, retryNs: 20e9, thinkNs: 3e6, requests: 20, isBroadcasting: false },
      load: { cpuShare: 0.5, jobNs: 2e6, writesPerS: 200, writeBytes: 16_000, lineShare: 0.3, transferBytes: 50_000 },
      onBlock: () => {
        blocks += 1;
      },
    });
    sim.run({ untilNs: 1e9 });
    finish();
  } catch (error) {
    return String(error);
  }
  expect(blocks).toBeGreaterThan(10);
  return undefined;
}

it('the sound code passes', () => expect(finding(sound)).toBeUndefined());

for (const bug of WHOLE_NODE_BUGS) {
  it(`${bug.id}: ${bug.what}`, async () => {
    expect(finding(await loadMutant<Nodes>(bug, 'tests/planted-bugs/whole-nodes-entry.ts'))).toMatch(/chain of causes/);
  });
}
