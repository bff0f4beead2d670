/** What the checks of planted scheduler bugs need, in one module graph, so that a mutant is in all of it. */
export { fairRun, type Thread } from '../../sim/os/checkers/tests/fair-run.ts';
export { busyRun, type BusyRun } from '../../sim/os/checkers/tests/busy-run.ts';
export { handRun } from '../../sim/os/regulated/tests/hand-run.ts';
export { OpenJobs } from '../../sim/os/open-jobs.ts';
export { Processor } from '../../sim/os/cpu/processor.ts';
export { Fcfs } from '../../sim/os/policies/fcfs.ts';
export { TaskHeap } from '../../sim/os/policies/task-heap.ts';
export { TaskTable } from '../../sim/os/tasks.ts';
export { Simulation } from '../../sim/simulation.ts';
export { default as schedule } from '../../scenarios/eval/schedule.ts';
