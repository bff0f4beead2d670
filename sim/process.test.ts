/** Generator processes: waiting, standing in line, being woken, cut short and cancelled. */
import { describe, expect, it } from 'vitest';
import { Condition, Gate, Interrupt, type Process, spawn } from './process.ts';
import { Simulation } from './simulation.ts';

describe('processes', () => {
  it('queue at a gate first come, first served', () => {
    const sim = new Simulation({ seed: '1' });
    const desk = new Gate();
    const log: string[] = [];
    function* customer(name: string, arriveNs: number): Process {
      yield arriveNs;
      yield desk;
      log.push(`${sim.now} ${name} served`);
      yield 10;
      desk.leave();
    }
    for (const [name, arriveNs] of [['b', 2], ['a', 1], ['c', 2]] as const) spawn(sim, customer(name, arriveNs));
    sim.run();
    expect(log).toEqual(['1 a served', '11 b served', '21 c served']);
    expect(desk.waitingCount).toBe(0);
  });

  it('wait for a condition and receive what it says', () => {
    const sim = new Simulation({ seed: '1' });
    const full = new Condition();
    const heard: unknown[] = [];
    function* listener(): Process {
      heard.push(yield full, sim.now);
    }
    spawn(sim, listener());
    spawn(sim, listener());
    sim.after(5, () => full.notify('stop'));
    sim.run();
    expect(heard).toEqual(['stop', 5, 'stop', 5]);
  });

  it('are interrupted where they wait', () => {
    const sim = new Simulation({ seed: '1' });
    const log: string[] = [];
    function* worker(): Process {
      try {
        yield 100;
      } catch (error) {
        log.push(`${sim.now} ${(error as Interrupt).reason}`);
        yield 5;
        log.push(`${sim.now} cleaned up`);
      }
    }
    const running = spawn(sim, worker());
    sim.after(30, () => running.interrupt('power cut'));
    sim.run();
    expect(log).toEqual(['30 power cut', '35 cleaned up']);
    expect(running.isDone).toBe(true);
  });

  it('give back a place that was granted in the same instant in which they are cancelled', () => {
    const sim = new Simulation({ seed: '1' });
    const desk = new Gate();
    const served: string[] = [];
    function* customer(name: string): Process {
      yield desk;
      served.push(name);
      yield 10;
      desk.leave();
    }
    spawn(sim, customer('first'));
    const second = spawn(sim, customer('second'));
    spawn(sim, customer('third'));
    // At 10 ns `first` leaves and `second` is granted the desk, but is cancelled before it can go on.
    sim.run({ untilNs: 9 });
    sim.after(1, () => second.cancel());
    sim.run();
    expect(served).toEqual(['first', 'third']);
  });
});
