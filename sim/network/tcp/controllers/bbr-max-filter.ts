/**
 * Windowed maximum over a count of rounds or cycles, with the three best samples only (Kathleen Nichols' algorithm; lib/win_minmax.c). The
 * second and third best are taken from later parts of the window, so that when the best one grows too old a good successor is at hand.
 * The result can be below the true maximum of the window, never above it. Left out: the kernel's 32-bit wrap-around.
 */
export class MaxFilter {
  private readonly values = new Float64Array(3);
  private readonly times = new Float64Array(3);

  get best(): number {
    return this.values[0]!;
  }

  reset(time: number, value: number): void {
    this.values.fill(value);
    this.times.fill(time);
  }

  /** Takes in a sample and returns the maximum of the last `window` units of time. Time never runs backwards. */
  update(window: number, time: number, value: number): number {
    const { values, times } = this;
    if (value >= values[0]! || time - times[2]! > window) {
      this.reset(time, value);
      return value;
    }
    if (value >= values[1]!) {
      this.put(1, time, value);
      this.put(2, time, value);
    } else if (value >= values[2]!) this.put(2, time, value);
    this.age(window, time, value);
    return values[0]!;
  }

  private age(window: number, time: number, value: number): void {
    const { times } = this;
    const age = time - times[0]!;
    if (age > window) {
      this.advance(time, value);
      // the runner-up may be too old as well; the third was inside the window on entry
      if (time - times[0]! > window) this.advance(time, value);
    } else if (times[1] === times[0] && age > Math.floor(window / 4)) {
      this.put(1, time, value);
      this.put(2, time, value);
    } else if (times[2] === times[1] && age > Math.floor(window / 2)) this.put(2, time, value);
  }

  private advance(time: number, value: number): void {
    this.put(0, this.times[1]!, this.values[1]!);
    this.put(1, this.times[2]!, this.values[2]!);
    this.put(2, time, value);
  }

  private put(rank: number, time: number, value: number): void {
    this.times[rank] = time;
    this.values[rank] = value;
  }
}
