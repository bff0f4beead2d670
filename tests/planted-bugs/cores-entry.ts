/** What the checks of bugs planted in the processor need, in one module graph. */
export { randomJobs, simulated } from '../../sim/os/cpu/tests/plain-run.ts';
