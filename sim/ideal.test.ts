/** Ideal ports: free, instant, in order, and never by re-entering the caller. */
import { describe, expect, it } from 'vitest';
import { IdealCpu, IdealNetwork, IdealStore, IdealTimers, NodeRandom } from './ideal.ts';
import { Simulation } from './simulation.ts';

const key = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);

describe('ideal ports', () => {
  it('answer at the same instant, after the caller has finished', () => {
    const sim = new Simulation({ seed: '1' });
    const log: string[] = [];
    const network = new IdealNetwork<string>(sim);
    network.attach(1).onMessage((from, message) => log.push(`${message} from ${from}`));
    network.attach(0).send(1, 'hello', 5);
    new IdealCpu(sim).run(1e9, 0, () => log.push('computed'));
    log.push('caller done');
    sim.run();
    expect(log).toEqual(['caller done', 'hello from 0', 'computed']);
    expect(sim.now).toBe(0);
  });

  it('a message to nobody names the sender', () => {
    const sim = new Simulation({ seed: '1' });
    new IdealNetwork<string>(sim).attach(3).send(9, 'lost', 4);
    expect(() => sim.run()).toThrow(/message to node 9; required: a node that listens \[at t=0 ns, event 1, node 3/);
  });

  it('the store keeps byte order, overwrites and deletes', () => {
    const sim = new Simulation({ seed: '1' });
    const store = new IdealStore(sim);
    const seen: unknown[] = [];
    store.batch([{ key: key(2), valueBytes: 20 }, { key: key(255), valueBytes: 5 }, { key: key(1, 9), valueBytes: 19 }, { key: key(2), valueBytes: 21 }], () => seen.push('written'));
    store.batch([{ key: key(255), deleted: true }], () => {});
    store.get(key(2), (valueBytes) => seen.push(valueBytes));
    store.get(key(255), (valueBytes) => seen.push(valueBytes));
    store.put(key(3), 30, () => {});
    store.scan(key(1), key(3), 10, (entries) => seen.push(entries.map(({ valueBytes }) => valueBytes)));
    sim.run();
    expect(seen).toEqual(['written', 21, undefined, [19, 21]]);
  });

  it('timers move, clear, and fire once, with one pending event each', () => {
    const sim = new Simulation({ seed: '1' });
    const timers = new IdealTimers(sim);
    const fired: string[] = [];
    timers.onTimer((timer) => fired.push(`${timer} at ${sim.now}`));
    timers.set(1, 10);
    timers.set(1, 30);
    timers.set(2, 20);
    timers.clear(2);
    timers.set(3, 50);
    timers.set(3, 5);
    expect(sim.pendingCount).toBe(3);
    sim.run();
    expect(fired).toEqual(['3 at 5', '1 at 30']);
  });

  it('a node draws from streams of its own', () => {
    const sim = new Simulation({ seed: '1' });
    const [first, second] = [0, 1].map((node) => new NodeRandom(sim, node).stream('backoff').uint32());
    expect(first).not.toBe(second);
    expect(first).toBe(new Simulation({ seed: '1' }).stream('node/0/backoff').uint32());
  });
});
