/**
 * What a nice value is worth, and the arithmetic of weighted time. Shared by both fair schedulers.
 * Source: kernel/sched/core.c and fair.c of Linux 6.1 and 6.12 (the table is the same since 2.6.23). Times in integer ns.
 */

/** Load weights of nice -20 to 19: each step is about 1.25. */
export const NICE_WEIGHTS: readonly number[] = [
  88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548, 7620, 6100, 4904, 3906, 3121, 2501, 1991, 1586, 1277,
  1024, 820, 655, 526, 423, 335, 272, 215, 172, 137, 110, 87, 70, 56, 45, 36, 29, 23, 18, 15,
];
/** Weight of nice 0: virtual time runs as fast as real time. */
export const NICE_0_WEIGHT = 1024;
/** Weight of a SCHED_IDLE task, whatever its nice value. */
export const IDLE_WEIGHT = 3;

export function weightOfNice(nice: number): number {
  const weight = NICE_WEIGHTS[nice + 20];
  if (weight === undefined) throw new RangeError(`nice ${nice}; must be an integer from -20 to 19`);
  return weight;
}

/**
 * Scheduling kinds in the task column `priority`: above 0 real-time (classes.ts), and three of the fair class. Batch and idle tasks
 * never interrupt a normal one when they wake; anything but another idle task interrupts an idle one.
 */
export const NORMAL = 0;
export const BATCH = -1;
export const IDLE = -2;

/** Virtual time in which a task of this weight uses `ns` of CPU time. The kernel multiplies by a 32-bit inverse, which differs by less than 1 in 10^6. */
export function virtualNs(ns: number, weight: number): number {
  return weight === NICE_0_WEIGHT ? ns : Math.floor((ns * NICE_0_WEIGHT) / weight);
}

/** The kernel's slices grow with the machine: 1 + floor(log2(CPUs)), CPUs above 8 not counted (`sched_tunable_scaling` logarithmic). */
export function tunableFactor(cpus: number): number {
  return 32 - Math.clz32(Math.min(cpus, 8));
}
