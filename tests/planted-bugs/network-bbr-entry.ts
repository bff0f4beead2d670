/** What the checks of bugs planted in BBR need, in one module graph. */
export { Streams } from '../../sim/random.ts';
export { Bbr } from '../../sim/network/tcp/controllers/bbr.ts';
export { Bbr3 } from '../../sim/network/tcp/controllers/bbr3.ts';
export { MaxFilter } from '../../sim/network/tcp/controllers/bbr-max-filter.ts';
export { ModelPath } from '../../sim/network/tcp/controllers/tests/model-path.ts';
