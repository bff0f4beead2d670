/** What the checks of bugs planted in window controllers and the flow level need, in one module graph. */
export { Simulation } from '../../sim/simulation.ts';
export { FluidNetwork } from '../../sim/network/flow/fluid.ts';
export { MaxMin } from '../../sim/network/flow/max-min.ts';
export { Reno } from '../../sim/network/tcp/controllers/reno.ts';
export { HyStartPlus } from '../../sim/network/tcp/controllers/hystart-plus.ts';
export { WindowGrowth } from '../../sim/network/tcp/controllers/window-growth.ts';
export { cubicLife, randomLife } from '../../sim/network/tcp/controllers/tests/cubic-run.ts';
